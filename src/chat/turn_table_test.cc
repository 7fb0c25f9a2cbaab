#include "chat/turn_table.h"

#include <gtest/gtest.h>

#include <boost/asio/io_context.hpp>

#include "chat/turn_watch.h"
#include "tests/support/manual_clock.h"
#include "tests/support/run_task.h"

namespace nat {
namespace {

Task<void> WaitForStore(TurnTable& table, TurnId turn, bool* has_waited) {
  co_await table.WaitUntilStored(turn);
  *has_waited = true;
}

Task<void> Listen(TurnWatch& watch, std::vector<TurnId>* told) {
  for (;;) {
    const auto begun = co_await watch.Next();
    for (const auto& turn : begun) told->push_back(turn.id);
  }
}

class TurnTableTest : public testing::Test {
 protected:
  TurnTableTest() : tasks_(loop_.get_executor(), [](const auto&, const auto&) {}) {
    tasks_.Spawn("tick", table_.Tick());
    RunReady(loop_);
  }
  ~TurnTableTest() override {
    tasks_.CancelAll();
    RunReady(loop_);
  }

  static TurnTable::Candidate CandidateFor(const Turn& turn) {
    TurnTable::Candidate candidate;
    candidate.turn = turn.id;
    candidate.conversation = turn.conversation;
    candidate.person = turn.person;
    return candidate;
  }
  static TurnTable::Candidate Someone(const PersonId& person,
                                      const ConversationId& conversation = ConversationId::Make()) {
    Turn turn;
    turn.id = TurnId::Make();
    turn.person = person;
    turn.conversation = conversation;
    return CandidateFor(turn);
  }
  SharedTurn Begin(const PersonId& person, const ConversationId& conversation) {
    Turn turn;
    turn.id = TurnId::Make();
    turn.person = person;
    turn.conversation = conversation;
    auto key = std::make_shared<const PersonKey>(PersonKey::Make());
    auto running = std::make_shared<RunningTurn>(loop_.get_executor(), turn, std::move(key));
    running->begun_at = clock_.SteadyNow();
    auto place = table_.Reserve(CandidateFor(turn));
    NAT_CHECK(place.has_value());
    table_.Add(running, std::move(*place));
    return running;
  }
  void End(const SharedTurn& turn) {
    turn->finished_at = clock_.SteadyNow();
    turn->log.Close();
    table_.NoteEnd(*turn);
  }
  void Pass(std::chrono::seconds duration) {
    for (auto passed = std::chrono::seconds(0); passed < duration; ++passed) {
      clock_.Advance(std::chrono::seconds(1));
      RunReady(loop_);
    }
  }

  asio::io_context loop_{1};
  ManualClock clock_;
  TurnTable table_{loop_.get_executor(), clock_, SecondMessage::kWaits};
  TaskGroup tasks_;
};

TEST_F(TurnTableTest, EndsAReplyThatRunsTooLong) {
  const auto turn = Begin(PersonId::Make(), ConversationId::Make());
  Pass(limits::kWholeReplyTimeout - std::chrono::seconds(1));
  EXPECT_FALSE(turn->is_ending());
  Pass(std::chrono::seconds(10));
  EXPECT_EQ(turn->ended_early, ErrorCode::kTimeout);
}

TEST_F(TurnTableTest, CancelsAgainWhatDidNotHearOfItsStop) {
  const auto turn = Begin(PersonId::Make(), ConversationId::Make());
  int cancellations = 0;
  turn->cancel = [&] { ++cancellations; };
  turn->EndEarly(ErrorCode::kCancelled);
  EXPECT_EQ(cancellations, 1);
  Pass(std::chrono::seconds(10));
  EXPECT_GT(cancellations, 1);
  End(turn);
  const auto before_end = cancellations;
  Pass(std::chrono::seconds(10));
  EXPECT_EQ(cancellations, before_end);
}

TEST_F(TurnTableTest, DoesNotCountHowLongATurnWaitsForThoseBeforeIt) {
  const auto turn = Begin(PersonId::Make(), ConversationId::Make());
  turn->begun_at.reset();
  Pass(2 * limits::kWholeReplyTimeout);
  EXPECT_FALSE(turn->is_ending());
  turn->begun_at = clock_.SteadyNow();
  Pass(limits::kWholeReplyTimeout + std::chrono::seconds(10));
  EXPECT_EQ(turn->ended_early, ErrorCode::kTimeout);
}

TEST_F(TurnTableTest, KeepsAnEndedTurnForItsReadersAndThenLetsItGo) {
  const auto turn = Begin(PersonId::Make(), ConversationId::Make());
  End(turn);
  Pass(limits::kReplyLogKept - std::chrono::seconds(1));
  EXPECT_EQ(table_.Find(turn->turn.id), turn);
  Pass(std::chrono::seconds(10));
  EXPECT_EQ(table_.Find(turn->turn.id), nullptr);
}

TEST_F(TurnTableTest, KeepsNoMoreBytesOfEndedTurnsThanTheirBound) {
  const std::size_t fitting = limits::kReplyLogBytesKeptMax / limits::kReplyBytesMax;
  std::vector<TurnId> ended;
  for (std::size_t count = 0; count < fitting; ++count) {
    const auto turn = Begin(PersonId::Make(), ConversationId::Make());
    turn->log.Append("text", std::string(limits::kReplyBytesMax, 'x'));
    End(turn);
    ended.push_back(turn->turn.id);
  }
  EXPECT_EQ(table_.Find(ended.front()), nullptr) << "an event takes more than its payload";
  EXPECT_NE(table_.Find(ended.at(1)), nullptr);
  EXPECT_NE(table_.Find(ended.back()), nullptr);
}

TEST_F(TurnTableTest, CountsWhatRunsByPerson) {
  const auto person = PersonId::Make();
  const auto first = Begin(person, ConversationId::Make());
  const auto second = Begin(person, ConversationId::Make());
  Begin(PersonId::Make(), ConversationId::Make());
  EXPECT_EQ(table_.running(), 3U);
  EXPECT_EQ(table_.running_of(person), 2U);
  End(first);
  End(second);
  EXPECT_EQ(table_.running(), 1U);
  EXPECT_EQ(table_.running_of(person), 0U);
}

TEST_F(TurnTableTest, ReservesNoMorePlacesThanMayRunAndTakesBackWhatIsDropped) {
  const auto person = PersonId::Make();
  std::vector<TurnTable::Place> places;
  while (auto place = table_.Reserve(Someone(person))) places.push_back(std::move(*place));
  EXPECT_EQ(places.size(), limits::kTurnsRunningPerPersonMax);
  EXPECT_EQ(table_.Reserve(Someone(person)).error().code, ErrorCode::kRateLimited);
  EXPECT_TRUE(table_.Reserve(Someone(PersonId::Make())));
  places.clear();
  EXPECT_EQ(table_.running(), 0U);
  EXPECT_TRUE(table_.Reserve(Someone(person)));
}

TEST_F(TurnTableTest, KnowsTheNewestRunningTurnOfAConversation) {
  const auto conversation = ConversationId::Make();
  const auto first = Begin(PersonId::Make(), conversation);
  const auto second = Begin(PersonId::Make(), conversation);
  End(first);
  EXPECT_EQ(table_.NewestOf(conversation), second);
  End(second);
  EXPECT_EQ(table_.NewestOf(conversation), nullptr);
}

TEST_F(TurnTableTest, EndsEverythingAtAShutdownButNamesTheFirstReason) {
  const auto stopped = Begin(PersonId::Make(), ConversationId::Make());
  const auto running = Begin(PersonId::Make(), ConversationId::Make());
  stopped->EndEarly(ErrorCode::kCancelled);
  table_.InterruptAll();
  EXPECT_EQ(stopped->ended_early, ErrorCode::kCancelled);
  EXPECT_EQ(running->ended_early, ErrorCode::kUnavailable);
}

TEST_F(TurnTableTest, LetsWhoeverFindsATurnInTheStoreWaitUntilItRunsOrDoesNot) {
  const auto candidate = Someone(PersonId::Make());
  bool has_waited = false;
  {
    auto place = table_.Reserve(candidate);
    ASSERT_TRUE(place);
    tasks_.Spawn("wait", WaitForStore(table_, candidate.turn, &has_waited));
    RunReady(loop_);
    EXPECT_FALSE(has_waited);
  }
  RunReady(loop_);
  EXPECT_TRUE(has_waited);
}

TEST_F(TurnTableTest, RefusesASecondMessageFromTheMomentTheFirstIsBeingStored) {
  TurnTable strict(loop_.get_executor(), clock_, SecondMessage::kIsRefused);
  const auto person = PersonId::Make();
  const auto conversation = ConversationId::Make();
  {
    auto first = strict.Reserve(Someone(person, conversation));
    ASSERT_TRUE(first);
    EXPECT_EQ(strict.Reserve(Someone(person, conversation)).error().code, ErrorCode::kTurnRunning);
    EXPECT_TRUE(strict.Reserve(Someone(person)));
  }
  EXPECT_TRUE(strict.Reserve(Someone(person, conversation)));
}

TEST_F(TurnTableTest, TellsAWatchOfEveryTurnOfItsConversationOnce) {
  const auto person = PersonId::Make();
  const auto conversation = ConversationId::Make();
  const auto before = Begin(person, conversation);
  std::vector<TurnId> told;
  TurnWatch watch(loop_.get_executor(), table_, conversation);
  const auto leave = tasks_.Spawn("watch", Listen(watch, &told));
  RunReady(loop_);
  const auto during = Begin(person, conversation);
  Begin(person, ConversationId::Make());
  RunReady(loop_);
  EXPECT_EQ(told, (std::vector<TurnId>{before->turn.id, during->turn.id}));
  leave();
  RunReady(loop_);
  Begin(person, conversation);
  RunReady(loop_);
  EXPECT_EQ(told.size(), 2U);
}

}  // namespace
}  // namespace nat
