#include "llm/companion/crisis.h"

#include <algorithm>

namespace nat {
namespace {

// How long a crisis shapes the replies: closely at first, then now and then.
constexpr std::size_t kCloseTurns = 4;
constexpr std::size_t kTurnsMax = 10;
constexpr std::size_t kTurnsBetween = 3;

class CrisisAnswer {
 public:
  CrisisAnswer(const Script& script, const Recollection& past, Phrasing& phrasing)
      : script_(script), past_(past), now_(past.now()), phrasing_(phrasing) {}

  bool Make() {
    if (const TopicHit* hit = now_.FirstOf(script_, TopicKind::kCrisis)) {
      phrasing_.Set("person", hit->person);
      Speak(script_.topics[hit->topic]);
      return true;
    }
    std::size_t age = 0;
    const Topic* recent = Recent(age);
    if (recent == nullptr) return false;
    if (now_.FirstOf(script_, TopicKind::kGoodbye) != nullptr) {
      return Say(script_.Of(Pool::kCrisisGoodbye).answer);
    }
    if (AnswerQuestion(*recent) || AnswerReached()) return true;
    if (now_.FirstOf(script_, TopicKind::kIntent) != nullptr ||
        now_.FirstOf(script_, TopicKind::kExercise) != nullptr) {
      return false;
    }
    const bool is_close = age <= kCloseTurns || age % kTurnsBetween == 0;
    return is_close && StayWithIt();
  }

 private:
  // Says a line, or an old one where none is new: silence would be worse here than words said
  // before.
  bool Say(const Lines& lines) {
    if (!phrasing_.Say(lines)) phrasing_.SayAgain(lines);
    return true;
  }

  void Speak(const Topic& topic) {
    const Topic& on = script_.Of(Pool::kCrisisOn);
    if (!phrasing_.Say(topic.reflect)) Say(on.reflect);
    if (past_.replies.empty()) phrasing_.Say(script_.Of(Pool::kOpeningInCrisis).reflect);
    if (!phrasing_.Say(topic.give)) Say(on.give);
    const bool has_asked = past_.HasSaid(topic.ask, 1);
    if (!has_asked && phrasing_.Say(topic.ask)) return;
    phrasing_.Say(on.ask);
  }

  // The crisis of one of the last messages, and how many messages ago it was.
  const Topic* Recent(std::size_t& age) const {
    const std::vector<Reading>& readings = past_.readings;
    for (age = 1; age <= kTurnsMax && age < readings.size(); ++age) {
      const Reading& reading = readings[readings.size() - 1 - age];
      const TopicHit* hit = reading.FirstOf(script_, TopicKind::kCrisis);
      if (hit != nullptr) return &script_.topics[hit->topic];
    }
    return nullptr;
  }

  // A yes to the direct question means danger; a yes to "is there someone" is good news.
  bool AnswerQuestion(const Topic& topic) {
    if (!now_.is_yes && !now_.is_no) return false;
    const Topic& on = script_.Of(Pool::kCrisisOn);
    if (past_.HasSaid(topic.ask, 1)) {
      const Topic& no = script_.Of(Pool::kCrisisNo);
      Say(now_.is_yes ? topic.answer : no.reflect);
      phrasing_.Say(now_.is_yes ? on.ask : no.give);
      return true;
    }
    if (!past_.HasSaid(on.ask, 1)) return false;
    const Topic& alone = script_.Of(Pool::kCrisisAlone);
    Say(now_.is_yes ? on.answer : alone.reflect);
    phrasing_.Say(now_.is_yes ? on.reflect : alone.give);
    return true;
  }

  // They are turning to someone. That is all it needs.
  bool AnswerReached() {
    const Topic& reached = script_.Of(Pool::kCrisisReached);
    const bool has_reached =
        std::any_of(now_.hits.begin(), now_.hits.end(),
                    [&](const TopicHit& hit) { return &script_.topics[hit.topic] == &reached; });
    if (!has_reached) return false;
    Say(reached.reflect);
    phrasing_.Say(reached.give);
    return true;
  }

  bool StayWithIt() {
    const Topic& on = script_.Of(Pool::kCrisisOn);
    for (const TopicHit& hit : now_.hits) {
      const Topic& topic = script_.topics[hit.topic];
      const bool is_content =
          topic.kind == TopicKind::kSituation || topic.kind == TopicKind::kFeeling;
      if (!is_content || hit.is_someone_elses) continue;
      phrasing_.Set("person", hit.person);
      phrasing_.Set("word", hit.word);
      if (phrasing_.Say(topic.reflect)) break;
    }
    if (phrasing_.is_empty()) phrasing_.Say(on.reflect);
    Say(on.give);
    if (past_.questions_in_a_row < 2) phrasing_.Say(on.ask);
    return true;
  }

  const Script& script_;
  const Recollection& past_;
  const Reading& now_;
  Phrasing& phrasing_;
};

}  // namespace

bool IsCrisisRecent(const Script& script, const Recollection& past) {
  const std::vector<Reading>& readings = past.readings;
  const std::size_t count = std::min(readings.size(), kTurnsMax);
  return std::any_of(readings.end() - static_cast<std::ptrdiff_t>(count), readings.end(),
                     [&](const Reading& reading) {
                       return reading.FirstOf(script, TopicKind::kCrisis) != nullptr;
                     });
}

bool SpeakInCrisis(const Script& script, const Recollection& past, Phrasing& phrasing) {
  return CrisisAnswer(script, past, phrasing).Make();
}

}  // namespace nat
