// The wall clock jumps, by a second or by a year, forwards and backwards, between messages and in
// the middle of replies. Time that people see may be wrong then; nothing else may.
#include <gmock/gmock.h>

#include <array>

#include "tests/support/faults.h"

namespace nat::testing {
namespace {

using ::testing::ElementsAreArray;
using namespace std::chrono_literals;

constexpr std::array<std::chrono::hours, 7> kJumps = {0h,       24h * 365, -24h * 30, 1h,
                                                      -24h * 2, 24h * 100, -24h * 400};
constexpr std::size_t kTurns = 40;

class ClockJumps : public Faults {
 protected:
  ClockJumps() { system_.Disturb(service_); }

  void Jump() {
    system_.SetWallClockAhead(dice_.Pick(kJumps) + std::chrono::seconds(dice_.Below(100)));
    ++row_.faults;
  }
};

TEST_F(ClockJumps, InTheMiddleOfTurnsChangeNothing) {
  row_.plan = "jumps of the wall clock";
  ASSERT_TRUE(Start());
  PatientClient client(service_.port());
  ASSERT_TRUE(client.Arrive());
  client.OnSight([&](const TurnWitness&) {
    if (dice_.OneIn(3)) Jump();
  });
  std::string conversation;
  std::vector<std::string> said;
  std::vector<TurnWitness> witnesses;
  for (std::size_t turn = 0; turn < kTurns; ++turn) {
    Jump();
    const auto words = voice_.Message(turn);
    witnesses.push_back(Converse(client, words, dice_.Pick(kAllWays), conversation));
    conversation = witnesses.back().conversation_id();
    said.push_back(words);
    said.push_back(witnesses.back().shown());
    if (turn % 10 != 9) continue;
    // A start in the past of what is stored, or in its future.
    EXPECT_EQ(service_.Stop(), 0) << service_.errors();
    ASSERT_TRUE(StartAgain());
  }
  for (auto& witness : witnesses) Settle(client, witness);
  std::vector<std::string> kept;
  for (const auto& message : Path(client, conversation)) kept.push_back(TextAt(message, "text"));
  EXPECT_THAT(kept, ElementsAreArray(said)) << "the order is that of what was said";
}

}  // namespace
}  // namespace nat::testing
