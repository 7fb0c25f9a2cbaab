// A network that delays, cuts, resets, repeats requests and lets connections overtake each other:
// what was sent is there once, and every reply arrives whole.
#include <gmock/gmock.h>

#include <cstdio>
#include <deque>
#include <thread>

#include "tests/support/fault_proxy.h"
#include "tests/support/faults.h"

namespace nat::testing {
namespace {

using ::testing::ElementsAre;
using ::testing::UnorderedElementsAreArray;

constexpr std::size_t kPersons = 6;
constexpr std::size_t kTurnsOfEach = 25;
constexpr std::size_t kSendersAtOnce = 16;
constexpr std::size_t kRoundsAtOnce = 8;

class BadNetwork : public Faults {
 protected:
  // Whatever can happen to a connection, and to some of them nothing.
  static FaultProxy::Plan RollPlan(Dice& dice) {
    FaultProxy::Plan plan;
    if (dice.OneIn(5)) plan.up_bytes_max = dice.Between(1, 600);
    if (dice.OneIn(2)) plan.down_bytes_max = dice.Between(1, 3'000);
    plan.is_reset = dice.OneIn(2);
    if (dice.OneIn(3)) {
      plan.bytes_per_write = dice.Between(20, 300);
      plan.pause = std::chrono::microseconds(dice.Between(10, 400));
    }
    plan.is_repeated = dice.OneIn(3);
    plan.is_overtaken = dice.OneIn(4);
    return plan;
  }
};

// A person with one conversation, whose messages come one after the other.
class Talker {
 public:
  explicit Talker(PatientClient client) : client_(std::move(client)) {}

  void Add(json::object body, Way way, std::string whole) {
    turns_.push_back(Planned{std::move(body), way, TurnWitness(std::move(whole))});
  }
  void Begin() {
    thread_ = std::thread([this] {
      for (auto& turn : turns_) {
        if (!conversation_id_.empty()) turn.body["conversation_id"] = conversation_id_;
        client_.Converse(turn.body, turn.way, turn.witness);
        conversation_id_ = turn.witness.conversation_id();
      }
    });
  }
  void WaitForEnd() { thread_.join(); }

  struct Planned {
    json::object body;
    Way way;
    TurnWitness witness;
  };
  std::deque<Planned>& turns() { return turns_; }
  const std::string& conversation_id() const { return conversation_id_; }
  PatientClient& client() { return client_; }

 private:
  PatientClient client_;
  std::deque<Planned> turns_;
  std::string conversation_id_;
  std::thread thread_;
};

TEST_F(BadNetwork, LosesAndDoublesNothing) {
  row_.plan = "delays, cuts, repeats, overtaking";
  ASSERT_TRUE(Start());
  Dice network_dice(dice_.Next());
  FaultProxy network(service_.port(), [&] { return RollPlan(network_dice); });
  std::deque<Talker> talkers;
  for (std::size_t person = 0; person < kPersons; ++person) {
    PatientClient client(service_.port());
    ASSERT_TRUE(client.Arrive());
    client.MoveTo(network.port());
    auto& talker = talkers.emplace_back(std::move(client));
    for (std::size_t number = 0; number < kTurnsOfEach; ++number) {
      const auto words = voice_.Message(messages_made_);
      talker.Add(Body(words), dice_.Pick(kAllWays), voice_.ReplyTo(words));
    }
  }
  for (auto& talker : talkers) talker.Begin();
  for (auto& talker : talkers) talker.WaitForEnd();
  for (auto& talker : talkers) {
    talker.client().MoveTo(service_.port());
    std::vector<std::string> expected;
    for (auto& turn : talker.turns()) {
      Settle(talker.client(), turn.witness);
      EXPECT_THAT(turn.witness.ends(), ElementsAre("completed"));
      expected.push_back(TextAt(turn.body, "message"));
      expected.push_back(turn.witness.whole());
    }
    std::vector<std::string> texts;
    for (const auto& message : Path(talker.client(), talker.conversation_id())) {
      texts.push_back(TextAt(message, "text"));
    }
    EXPECT_EQ(texts, expected);
    CountMessages(std::move(expected), std::move(texts));
  }
  const auto counts = network.counts();
  row_.faults = counts.all();
  std::printf("%zu connections: %zu cut, %zu reset, %zu repeated, %zu overtaken, %zu delayed\n",
              counts.connections, counts.cuts, counts.resets, counts.repeats, counts.overtaken,
              counts.delays);
  for (const auto count : {counts.cuts, counts.resets, counts.repeats, counts.overtaken}) {
    EXPECT_GT(count, 0U);
  }
}

// Every one of them is the same message, as far as anybody can tell.
TEST_F(BadNetwork, MakesOneTurnOfAMessageThatComesManyTimesAtOnce) {
  row_.plan = "the same message many times";
  ASSERT_TRUE(Start());
  Dice network_dice(dice_.Next());
  FaultProxy network(service_.port(), [&] {
    FaultProxy::Plan plan;
    plan.is_repeated = true;
    plan.is_overtaken = network_dice.OneIn(2);
    return plan;
  });
  PatientClient client(service_.port());
  ASSERT_TRUE(client.Arrive());
  std::vector<std::string> expected;
  for (std::size_t round = 0; round < kRoundsAtOnce; ++round) {
    const auto words = voice_.Message(messages_made_);
    const auto body = Body(words);
    std::deque<Talker> senders;
    for (std::size_t number = 0; number < kSendersAtOnce; ++number) {
      auto tab = client.AnotherTab();
      tab.MoveTo(network.port());
      senders.emplace_back(std::move(tab)).Add(body, dice_.Pick(kAllWays), voice_.ReplyTo(words));
    }
    for (auto& sender : senders) sender.Begin();
    for (auto& sender : senders) sender.WaitForEnd();
    const auto turn_id = senders.front().turns().front().witness.turn_id();
    for (auto& sender : senders) {
      auto& witness = sender.turns().front().witness;
      EXPECT_EQ(witness.turn_id(), turn_id);
      Settle(client, witness);
    }
    expected.insert(expected.end(), {words, voice_.ReplyTo(words)});
  }
  std::vector<std::string> found;
  const auto list = client.Get("/api/conversations?limit=200");
  for (const auto& item : list.at("items").as_array()) {
    for (const auto& message : Path(client, TextAt(item.as_object(), "conversation_id"))) {
      found.push_back(TextAt(message, "text"));
    }
  }
  EXPECT_THAT(found, UnorderedElementsAreArray(expected));
  CountMessages(std::move(expected), std::move(found));
  row_.faults = network.counts().all();
}

}  // namespace
}  // namespace nat::testing
