// SIGKILL at random moments of turns: of what was acknowledged or shown nothing is lost, nothing is
// twice, and every turn has one end. Half of the kills come from the reader itself, the moment that
// it has seen something: where the service shows what the system does not have yet, that is how it
// is found.
#include <gmock/gmock.h>

#include <algorithm>
#include <atomic>
#include <cstdio>
#include <deque>
#include <numeric>
#include <thread>

#include "tests/support/faults.h"

namespace nat::testing {
namespace {

using std::chrono::microseconds;
using ::testing::UnorderedElementsAreArray;

constexpr std::size_t kPersons = 3;
constexpr std::size_t kConversationsMax = 6;

// A message as the store should have it.
struct Said {
  std::string id;
  std::string role;
  std::string text;

  bool operator==(const Said&) const = default;
};
void PrintTo(const Said& said, std::ostream* out) {
  *out << said.role << " " << said.id << ": " << said.text;
}

struct Conversation {
  std::size_t person = 0;
  std::string id;
  std::vector<Said> path;
  std::string last_status;  // of the reply at its end
  // Replies that were made anew: turn, text.
  std::vector<std::pair<std::string, std::string>> put_aside;
};

enum class Kind { kNew, kContinued, kAnew };

// One turn of a round, in a tab of its own.
struct Talk {
  PatientClient client;
  Conversation* conversation;
  Kind kind;
  std::string words;  // of a new message
  json::object body;
  Way way;
  TurnWitness witness;
  std::thread thread;
};

// How far the client was when the kill came.
enum Phase { kUnacknowledged, kAcknowledged, kInText, kEnded };

Phase PhaseOf(const TurnWitness& witness) {
  if (witness.has_ended()) return kEnded;
  if (!witness.shown().empty()) return kInText;
  return witness.is_acknowledged() ? kAcknowledged : kUnacknowledged;
}

class Kills : public Faults {
 protected:
  void Arrive() {
    for (std::size_t number = 0; number < kPersons; ++number) {
      persons_.emplace_back(service_.port());
      ASSERT_TRUE(persons_.back().Arrive());
    }
  }

  Conversation& PickConversation() {
    const bool is_new = conversations_.size() < kPersons ||
                        (conversations_.size() < kConversationsMax && dice_.OneIn(8));
    if (!is_new) return conversations_[dice_.Below(conversations_.size())];
    conversations_.emplace_back();
    conversations_.back().person = (conversations_.size() - 1) % kPersons;
    return conversations_.back();
  }

  Kind PickKind(const Conversation& conversation) {
    if (conversation.last_status != "interrupted") return Kind::kNew;
    const auto choice = dice_.Below(3);
    return choice == 0 ? Kind::kNew : choice == 1 ? Kind::kContinued : Kind::kAnew;
  }

  Talk& Prepare(Conversation& conversation, Kind kind) {
    const auto words = voice_.Message(messages_made_);
    auto body = Body(words, conversation.id);
    std::string whole = voice_.ReplyTo(words);
    if (kind != Kind::kNew) {
      body.erase("message");
      body[kind == Kind::kContinued ? "continue_of" : "regenerate_of"] =
          conversation.path.back().id;
      // There is nothing to carry on from where not one word was said.
      if (conversation.path.back().text.empty()) kind = Kind::kAnew;
      whole = kind == Kind::kContinued ? voice_.ContinuationOf(LastText(conversation))
                                       : WholeAnew(conversation);
    }
    talks_.push_back(Talk{persons_[conversation.person].AnotherTab(), &conversation, kind, words,
                          std::move(body), dice_.Pick(kAllWays), TurnWitness(whole),
                          std::thread()});
    return talks_.back();
  }

  static std::string LastText(const Conversation& conversation) {
    const auto& path = conversation.path;
    const auto last = std::find_if(path.rbegin(), path.rend(),
                                   [](const Said& said) { return !said.text.empty(); });
    return last == path.rend() ? "" : last->text;
  }
  // A reply that carried on from another one is made anew as such.
  static bool IsContinuation(const Conversation& conversation) {
    const auto& path = conversation.path;
    return path.size() > 1 && path[path.size() - 2].role == "assistant";
  }
  std::string WholeAnew(const Conversation& conversation) const {
    auto before = conversation;
    before.path.pop_back();
    return IsContinuation(conversation) ? voice_.ContinuationOf(LastText(before))
                                        : voice_.ReplyTo(before.path.back().text);
  }

  static void Begin(Talk& talk) {
    talk.thread = std::thread([&talk] { talk.client.Converse(talk.body, talk.way, talk.witness); });
  }

  // Runs the talks, kills at a moment of the first one, starts again, and waits for their ends.
  void KillInTheMiddle() {
    auto& first = talks_.front();
    std::atomic<int> phase = kUnacknowledged;
    std::atomic<std::size_t> sights = 0;
    const auto choice = dice_.Below(10);
    const bool is_by_reader = choice < 5;
    const std::size_t sights_before =
        dice_.Between(1, 9) * (first.way == Way::kPolls ? 5U : 1U) + (choice == 0 ? 100 : 0);
    const microseconds pause(dice_.OneIn(2) ? 0 : dice_.Below(3'000));
    first.client.OnSight([&, is_killed = false](const TurnWitness& witness) mutable {
      const bool is_time = ++sights >= sights_before || witness.has_ended();
      if (is_killed) return;
      phase = PhaseOf(witness);
      if (!is_by_reader || !is_time) return;
      is_killed = true;
      std::this_thread::sleep_for(pause);
      service_.Kill();
    });
    const microseconds moment(choice < 8 ? dice_.Below(5'000) : dice_.Below(180'000));
    for (auto& talk : talks_) Begin(talk);
    if (!is_by_reader) {
      std::this_thread::sleep_for(moment);
      ++phases_[phase];
      service_.Kill();
    }
    EXPECT_EQ(service_.WaitForEnd(), -SIGKILL) << service_.errors();
    if (is_by_reader) ++phases_[phase];
    if (dice_.OneIn(6)) KillInTheStart();
    const bool is_up = StartAgain();
    for (auto& talk : talks_) talk.thread.join();
    ASSERT_TRUE(is_up);
  }

  void KillInTheStart() {
    service_.Launch();
    std::this_thread::sleep_for(microseconds(dice_.Below(60'000)));
    service_.Kill();
    EXPECT_EQ(service_.WaitForEnd(), -SIGKILL) << service_.errors();
    ++kills_in_starts_;
  }

  void SettleTalks() {
    for (auto& talk : talks_) {
      Settle(talk.client, talk.witness);
      talk.conversation->id = talk.witness.conversation_id();
    }
    std::vector<Conversation*> touched;
    for (auto& talk : talks_) {
      if (std::count(touched.begin(), touched.end(), talk.conversation) > 0) continue;
      touched.push_back(talk.conversation);
      ComparePath(*talk.conversation);
    }
    talks_.clear();
  }

  std::vector<Said> PathOf(const Conversation& conversation, std::string* last_status = nullptr) {
    std::vector<Said> path;
    for (const auto& message : Path(persons_[conversation.person], conversation.id)) {
      path.push_back(
          Said{TextAt(message, "message_id"), TextAt(message, "role"), TextAt(message, "text")});
      if (last_status != nullptr) *last_status = TextAt(message, "status");
    }
    return path;
  }

  // What was there before is unchanged, and each new turn is there once.
  void ComparePath(Conversation& conversation) {
    auto expected = conversation.path;
    std::vector<std::vector<std::string>> new_pairs;
    for (auto& talk : talks_) {
      if (talk.conversation != &conversation) continue;
      if (talk.kind == Kind::kAnew) {
        conversation.put_aside.emplace_back(expected.back().id, expected.back().text);
        expected.pop_back();
      }
      new_pairs.push_back(talk.kind == Kind::kNew
                              ? std::vector<std::string>{talk.words, talk.witness.shown()}
                              : std::vector<std::string>{talk.witness.shown()});
    }
    auto path = PathOf(conversation, &conversation.last_status);
    CountTexts(expected, new_pairs, path);
    ASSERT_GE(path.size(), expected.size());
    const auto middle = path.begin() + static_cast<std::ptrdiff_t>(expected.size());
    EXPECT_EQ(std::vector<Said>(path.begin(), middle), expected);
    std::vector<std::vector<std::string>> found;
    for (auto at = middle; at != path.end(); ++at) {
      if (at->role == "user" || found.empty() || found.back().size() == 2) found.emplace_back();
      found.back().push_back(at->text);
    }
    EXPECT_THAT(found, UnorderedElementsAreArray(new_pairs));
    conversation.path = std::move(path);
  }

  void CountTexts(const std::vector<Said>& before,
                  const std::vector<std::vector<std::string>>& new_pairs,
                  const std::vector<Said>& path) {
    std::vector<std::string> expected;
    for (const auto& said : before) expected.push_back(said.text);
    for (const auto& pair : new_pairs) expected.insert(expected.end(), pair.begin(), pair.end());
    std::vector<std::string> found;
    for (const auto& said : path) found.push_back(said.text);
    CountMessages(std::move(expected), std::move(found));
  }

  // Everything again, at the end.
  void CompareEverything() {
    for (std::size_t person = 0; person < kPersons; ++person) {
      std::vector<std::string> expected;
      for (const auto& conversation : conversations_) {
        if (conversation.person == person) expected.push_back(conversation.id);
      }
      std::vector<std::string> listed;
      const auto page = persons_[person].Get("/api/conversations?limit=200");
      for (const auto& item : page.at("items").as_array()) {
        listed.push_back(TextAt(item.as_object(), "conversation_id"));
      }
      EXPECT_THAT(listed, UnorderedElementsAreArray(expected));
    }
    for (const auto& conversation : conversations_) {
      const auto path = PathOf(conversation);
      EXPECT_EQ(path, conversation.path);
      CountTexts(conversation.path, {}, path);
      for (const auto& [id, text] : conversation.put_aside) {
        const auto other = Path(persons_[conversation.person], conversation.id, id);
        const auto is_it = [&id = id](const json::object& message) {
          return TextAt(message, "message_id") == id;
        };
        const auto message = std::find_if(other.begin(), other.end(), is_it);
        ASSERT_NE(message, other.end());
        EXPECT_EQ(TextAt(*message, "text"), text);
      }
    }
  }

  std::deque<PatientClient> persons_;
  std::deque<Conversation> conversations_;
  std::deque<Talk> talks_;  // of the round
  std::array<std::size_t, 4> phases_{};
  std::size_t kills_in_starts_ = 0;
};

TEST_F(Kills, AtRandomMomentsLoseNothing) {
  row_.plan = "SIGKILL at random moments";
  voice_.BreakOneIn(8);
  ASSERT_TRUE(Start());
  Arrive();
  const auto rounds = CountFrom("NAT_FAULTS_KILLS", 200);
  std::array<std::size_t, 3> kinds{};
  for (std::size_t round = 0; round < rounds && !HasFailure(); ++round) {
    SCOPED_TRACE("round " + std::to_string(round));
    auto& conversation = PickConversation();
    const auto kind = PickKind(conversation);
    Prepare(conversation, kind);
    ++kinds[static_cast<std::size_t>(kind)];
    // A second message at the same time: in the same conversation it waits for the first.
    const bool is_known = !conversation.id.empty();
    if (kind == Kind::kNew && is_known && dice_.OneIn(4)) Prepare(conversation, Kind::kNew);
    KillInTheMiddle();
    SettleTalks();
  }
  EXPECT_EQ(service_.Stop(), 0) << service_.errors();
  ASSERT_TRUE(StartAgain());
  CompareEverything();
  row_.faults = std::accumulate(phases_.begin(), phases_.end(), kills_in_starts_);
  std::printf(
      "kills: %zu before the acknowledgement, %zu before the text, %zu in the text, %zu at "
      "or after the end, and %zu in starts\n"
      "turns: %zu after new messages, %zu continued, %zu made anew\n",
      phases_[kUnacknowledged], phases_[kAcknowledged], phases_[kInText], phases_[kEnded],
      kills_in_starts_, row_.turns - kinds[1] - kinds[2], kinds[1], kinds[2]);
}

}  // namespace
}  // namespace nat::testing
