#include "llm/companion/companion.h"

#include <algorithm>

#include "llm/companion/crisis.h"
#include "llm/companion/phrasing.h"
#include "llm/companion/recollection.h"
#include "llm/companion/threads.h"

namespace nat {
namespace {

constexpr std::size_t kShortWords = 6;
constexpr std::size_t kLongWords = 90;
constexpr std::size_t kSummaryFromTurn = 6;
constexpr std::size_t kRepliesBetweenSummaries = 8;
constexpr std::size_t kRepliesBetweenOffers = 8;
constexpr std::size_t kRepliesAfterRefusal = 16;
constexpr int kMainWeight = 45;
constexpr int kContentWeight =
    30;  // a topic of this weight is taken up even beside a question to the companion

// One reply being made. Each Answer... method says whether it has made it.
class Answer {
 public:
  Answer(const Script& script, const Recollection& past, Phrasing& phrasing)
      : script_(script),
        past_(past),
        now_(past.now()),
        phrasing_(phrasing),
        threads_(script, past) {
    SetSlots();
  }

  void Make() {
    if (AnswerCrisis() || AnswerGoodbye()) return;
    if (AnswerExercise() || AnswerIntent() || AnswerShape() || Summarise() || AnswerYesOrNo()) {
      return Disclose();
    }
    TakeUp();
  }

 private:
  const Lines& Reflect(Pool pool) const { return script_.Of(pool).reflect; }
  const Lines& Give(Pool pool) const { return script_.Of(pool).give; }
  const Lines& Ask(Pool pool) const { return script_.Of(pool).ask; }
  const Lines& AnswerOf(Pool pool) const { return script_.Of(pool).answer; }

  void SetSlots() {
    const TopicHit* focus = threads_.focus();
    phrasing_.Set("event", now_.event);
    phrasing_.Set("duration", now_.duration);
    // One quotation in a few replies; more would sound like an echo.
    const bool has_quoted = past_.LastReply().find('"') != std::string_view::npos;
    if (!has_quoted && phrasing_.Pick("quote", 2) == 0) phrasing_.Set("quote", now_.quote);
    if (focus != nullptr) {
      phrasing_.Set("word", focus->word);
      phrasing_.Set("person", focus->person);
      phrasing_.Set("topic", threads_.NameOf(*focus, now_));
    } else if (!now_.people.empty()) {
      phrasing_.Set("person", now_.people.front().phrase);
    }
    phrasing_.Set("earlier", threads_.Earlier());
    phrasing_.Set("list", threads_.ListOfTopics());
  }

  // Says once per conversation, after what the person wrote was taken up, who is speaking.
  void Disclose() {
    if (has_disclosed_) return;
    has_disclosed_ = true;
    if (past_.replies.empty()) {
      phrasing_.Say(Reflect(Pool::kOpening));
    } else if (!threads_.HasDisclosed()) {
      phrasing_.Say(Reflect(Pool::kTakeover));
    }
  }

  bool AnswerCrisis() {
    if (!SpeakInCrisis(script_, past_, phrasing_)) return false;
    return true;
  }

  bool AnswerGoodbye() {
    const TopicHit* goodbye = now_.FirstOf(script_, TopicKind::kGoodbye);
    if (goodbye == nullptr || now_.words > kLongWords) return false;
    const Lines& lines = script_.topics[goodbye->topic].answer;
    if (!phrasing_.Say(lines)) phrasing_.SayAgain(lines);
    return true;
  }

  // Offers that were taken or refused, wishes for an exercise, and how it was.
  bool AnswerExercise() {
    const TopicHit* wish = now_.FirstOf(script_, TopicKind::kExercise);
    if (wish != nullptr) return Guide(script_.topics[wish->topic].offer);
    const std::string offered = OfferIn(1);
    if (!offered.empty() && (now_.is_yes || now_.begins_with_yes)) return Guide(offered);
    if (const std::string before = OfferIn(2); offered.empty() && now_.is_yes && !before.empty()) {
      return Guide(before);
    }
    if (!offered.empty() && (now_.is_no || now_.begins_with_no)) {
      phrasing_.Say(Reflect(Pool::kOfferRefused));
      GoOn();
      return true;
    }
    const bool was_guided = past_.HasSaid(AnswerOf(Pool::kBreathing), 1) ||
                            past_.HasSaid(AnswerOf(Pool::kGrounding), 1) ||
                            past_.HasSaid(AnswerOf(Pool::kWriting), 1);
    if (!was_guided || now_.words > kShortWords * 2) return false;
    const Pool after = Pool::kAfterExercise;
    if (!phrasing_.Say(now_.is_no ? Give(after) : Reflect(after))) return false;
    GoOn();
    return true;
  }

  bool Guide(std::string_view exercise) {
    const Pool pool = exercise == "breathing"   ? Pool::kBreathing
                      : exercise == "grounding" ? Pool::kGrounding
                                                : Pool::kWriting;
    if (!phrasing_.Say(AnswerOf(pool))) phrasing_.SayAgain(AnswerOf(pool));
    return true;
  }

  // The exercise that one of the last replies offered, or nothing.
  std::string OfferIn(std::size_t replies) const {
    if (past_.HasSaid(Ask(Pool::kOfferBreathing), replies)) return "breathing";
    if (past_.HasSaid(Ask(Pool::kOfferGrounding), replies)) return "grounding";
    if (past_.HasSaid(Ask(Pool::kOfferWriting), replies)) return "writing";
    return {};
  }

  bool AnswerIntent() {
    const TopicHit* intent = now_.FirstOf(script_, TopicKind::kIntent);
    if (intent == nullptr) return false;
    const Topic& topic = script_.topics[intent->topic];
    const TopicHit* content = threads_.focus();
    const bool has_content =
        content != nullptr && script_.topics[content->topic].weight >= kContentWeight;
    if (content != nullptr && script_.topics[content->topic].weight >= topic.weight) return false;
    if (!phrasing_.Say(topic.answer)) phrasing_.SayAgain(topic.answer);
    if (topic.discloses) has_disclosed_ = true;
    Disclose();
    if (has_content) {
      phrasing_.Say(script_.topics[content->topic].reflect);
      if (WantsQuestion()) phrasing_.Say(script_.topics[content->topic].ask);
    } else if (topic.goes_on) {
      GoOn();
    } else if (WantsQuestion()) {
      phrasing_.Say(topic.ask);
    }
    return true;
  }

  bool AnswerShape() {
    Pool pool = Pool::kSilence;
    if (now_.shape == Shape::kUnclear) pool = Pool::kUnclear;
    if (now_.shape == Shape::kForeign) pool = Pool::kForeign;
    if (now_.shape == Shape::kPlain) {
      const bool is_unknown = now_.is_question && threads_.focus() == nullptr;
      if (!is_unknown) return false;
      pool = Pool::kUnknownQuestion;
    }
    if (!phrasing_.Say(AnswerOf(pool))) phrasing_.SayAgain(AnswerOf(pool));
    Disclose();
    if (pool == Pool::kUnknownQuestion) GoOn();
    return true;
  }

  bool Summarise() {
    const bool is_due = past_.readings.size() >= kSummaryFromTurn &&
                        !past_.HasSaid(Reflect(Pool::kSummary), kRepliesBetweenSummaries) &&
                        threads_.IsWorthASummary() && !IsCrisisRecent(script_, past_);
    if (!is_due) return false;
    SayReflection();
    if (!phrasing_.Say(Reflect(Pool::kSummary))) return false;
    phrasing_.Say(WantsQuestion() ? Ask(Pool::kSummary) : Give(Pool::kSummary));
    return true;
  }

  bool AnswerYesOrNo() {
    if (!now_.is_yes && !now_.is_no) return false;
    const bool was_asked = past_.questions_in_a_row > 0;
    const Pool pool = !was_asked ? Pool::kThin : now_.is_yes ? Pool::kYes : Pool::kNo;
    if (!phrasing_.Say(Reflect(pool)) && !phrasing_.Say(Reflect(Pool::kThin))) return false;
    if (now_.is_no && was_asked) {
      GiveSomething();
    } else {
      GoOn();
    }
    return true;
  }

  void TakeUp() {
    if (now_.words > kLongWords) phrasing_.Say(Reflect(Pool::kLong));
    SayReflection();
    Disclose();
    const TopicHit* feeling = threads_.SecondFeeling();
    if (feeling != nullptr && phrasing_.sentences() < 3) {
      phrasing_.Set("word", feeling->word);
      phrasing_.Say(script_.topics[feeling->topic].reflect);
    }
    GoOn();
    if (phrasing_.is_empty()) phrasing_.SayAgain(Give(Pool::kAnything));
  }

  // One line that takes up what was said.
  void SayReflection() {
    const TopicHit* fresh = threads_.Fresh();
    const TopicHit* topic = fresh != nullptr ? fresh : threads_.focus();
    if (topic != nullptr) phrasing_.Set("person", topic->person);
    if (topic != nullptr && topic->is_someone_elses) {
      if (phrasing_.Say(Reflect(Pool::kOtherFeels))) return;
    } else if (topic != nullptr && (fresh != nullptr || IsMain(*topic))) {
      if (phrasing_.Say(script_.topics[topic->topic].reflect)) return;
    } else if (topic == nullptr && now_.words <= kShortWords && past_.questions_in_a_row > 0) {
      if (phrasing_.Say(Reflect(Pool::kShortAnswer))) return;
    }
    if (phrasing_.Say(Reflect(PoolOfTone()))) return;
    if (phrasing_.Say(Reflect(Pool::kAnything))) return;
    if (topic != nullptr && phrasing_.Say(script_.topics[topic->topic].reflect)) return;
    phrasing_.Say(Give(Pool::kAnything));
  }

  // A weighty subject has enough lines of its own to come back to it.
  bool IsMain(const TopicHit& hit) const {
    return script_.topics[hit.topic].weight >= kMainWeight || phrasing_.Pick("again", 2) == 0;
  }

  Pool PoolOfTone() const {
    switch (threads_.tone()) {
      case Tone::kLight:
        return Pool::kLight;
      case Tone::kHeavy:
        return Pool::kHeavy;
      case Tone::kNone:
        return Pool::kStart;
      case Tone::kPlain:
        break;
    }
    return Pool::kAnything;
  }

  // The second half of a reply: a question, an offer, or something given instead.
  void GoOn() {
    const TopicHit* focus = threads_.focus() ? threads_.focus() : threads_.LastFocus();
    const Topic* topic = focus == nullptr ? nullptr : &script_.topics[focus->topic];
    if (focus != nullptr && threads_.focus() == nullptr) phrasing_.Set("person", focus->person);
    if (!WantsQuestion()) return GiveSomething();
    if (topic != nullptr && Offer(*topic)) return;
    const bool has_room = phrasing_.sentences() < 2;
    if (topic != nullptr && has_room && phrasing_.Pick("give", 5) < 2) phrasing_.Say(topic->give);
    if (phrasing_.Pick("later", 4) == 0 && phrasing_.Say(Ask(Pool::kLater))) return;
    if (topic != nullptr && phrasing_.Say(topic->ask)) return;
    if (phrasing_.Say(Ask(Pool::kLater)) || phrasing_.Say(Ask(PoolOfTone()))) return;
    phrasing_.Say(Ask(Pool::kAnything));
  }

  // Something that is no question: a thought on the subject, a thread from before, an invitation.
  void GiveSomething() {
    const TopicHit* focus = threads_.focus() ? threads_.focus() : threads_.LastFocus();
    if (phrasing_.Pick("later", 4) == 0 && phrasing_.Say(Give(Pool::kLater))) return;
    if (focus != nullptr && phrasing_.Say(script_.topics[focus->topic].give)) return;
    if (phrasing_.Say(Give(PoolOfTone()))) return;
    if (phrasing_.Pick("invite", 2) == 0 && phrasing_.Say(Reflect(Pool::kInvite))) return;
    phrasing_.Say(Give(Pool::kAnything));
  }

  bool Offer(const Topic& topic) {
    if (topic.offer.empty() || !OfferIn(kRepliesBetweenOffers).empty()) return false;
    if (IsCrisisRecent(script_, past_)) return false;
    if (past_.HasSaid(Reflect(Pool::kOfferRefused), kRepliesAfterRefusal)) return false;
    if (phrasing_.Pick("offer", 2) == 0) return false;
    const Pool pool = topic.offer == "breathing"   ? Pool::kOfferBreathing
                      : topic.offer == "grounding" ? Pool::kOfferGrounding
                                                   : Pool::kOfferWriting;
    return phrasing_.Say(Ask(pool));
  }

  // Never after two questions in a row, less often after one: somewhat more than half of the
  // replies ask.
  bool WantsQuestion() const {
    if (phrasing_.has_question() || past_.questions_in_a_row >= 2) return false;
    if (past_.replies.empty()) return true;
    return phrasing_.Pick("question", 100) < (past_.questions_in_a_row == 1 ? 45 : 85);
  }

  const Script& script_;
  const Recollection& past_;
  const Reading& now_;
  Phrasing& phrasing_;
  Threads threads_;
  bool has_disclosed_ = false;
};

}  // namespace

std::string Companion::Reply(const std::vector<ChatMessage>& history, std::string_view seed) const {
  const Recollection past = Recall(history, script_);
  std::string_view message;
  if (!history.empty()) message = history.back().text;
  Phrasing phrasing(past, SeedOf(seed, message, past.replies.size()));
  Answer(script_, past, phrasing).Make();
  return phrasing.Take();
}

}  // namespace nat
