// What the simulation has found, each told once more by hand and without chance.
#include <gtest/gtest.h>

#include <chrono>
#include <memory>
#include <optional>
#include <stdexcept>
#include <string>
#include <utility>

#include "tests/sim/sim_process.h"
#include "tests/support/run_task.h"

namespace nat {
namespace {

template <class T>
Task<void> Keep(Task<T> task, std::optional<T>& kept) {
  auto value = co_await std::move(task);
  kept.emplace(std::move(value));
}

class Found : public ::testing::Test {
 protected:
  Found() {
    world_.disk_mood.answer_time = std::chrono::milliseconds(1);
    world_.providers.mood = ProviderMood();
    world_.providers.mood.fails_to_open = 0;
    world_.providers.mood.ends_badly = 0;
    Start();
  }

  void Start() {
    process_ = std::make_unique<SimProcess>(world_);
    AdvanceUntil([this] { return process_->is_open(); });
  }
  // Lets time go on, from one thing that happens to the next.
  template <class Condition>
  void AdvanceUntil(Condition is_reached) {
    const auto last_moment = world_.clock.SteadyNow() + std::chrono::hours(1);
    for (process_->RunReady(); !is_reached(); process_->RunReady()) {
      const auto wake = world_.clock.next_wake();
      if (!wake || *wake > last_moment) throw std::runtime_error("what is waited for never comes");
      world_.clock.Advance(*wake - world_.clock.SteadyNow());
    }
  }
  template <class T>
  T Run(Task<T> task) {
    std::optional<T> value;
    process_->Spawn("test", Keep(std::move(task), value));
    AdvanceUntil([&] { return value.has_value(); });
    return std::move(*value);
  }
  Turn Say(std::string message) {
    SendRequest request;
    request.caller = caller_;
    request.message = std::move(message);
    auto turn = Run(process_->chat().Send(std::move(request)));
    EXPECT_TRUE(turn);
    return *turn;
  }
  std::string StoredStatus(const Turn& turn) {
    const auto rows =
        world_.machine.disk.Look("SELECT status FROM turns WHERE turn_id = $1", {turn.id.text()});
    return rows.front().Text(0);
  }

  SimMachine machine_;
  SimWorld world_{machine_, 1, Steps::kAreDropped};
  std::unique_ptr<SimProcess> process_;
  const Caller caller_{PersonId::Make(), true};
};

TEST_F(Found, WhoeverWatchesWhileTheEndIsBeingStoredIsNotToldOfIt) {
  const auto turn = Say("Good morning.");
  AdvanceUntil([&] { return StoredStatus(turn) != "running"; });
  world_.disk_mood.answer_time = std::chrono::nanoseconds(0);
  auto watch = Run(process_->chat().Watch(caller_, turn.conversation));
  ASSERT_TRUE(watch);
  const auto told = Run((*watch)->Next());
  ASSERT_EQ(told.size(), 1U);
  EXPECT_EQ(told.front().status, TurnStatus::kRunning);
}

TEST_F(Found, APageWhoseRunningReplyCannotBeReadIsAnErrorAndNotAnEmptyReply) {
  world_.providers.mood.pause_max = std::chrono::seconds(2);
  const auto turn = Say("Good morning.");
  const auto is_shown = [&] {
    const auto rows = world_.machine.disk.Look("SELECT count(*) FROM reply_events");
    return rows.front().Integer(0) > 0;
  };
  AdvanceUntil(is_shown);
  EXPECT_EQ(StoredStatus(turn), "running");
  world_.disk_mood.failing_query = "FROM turns";
  ConversationService::PageRequest request;
  request.limit = limits::kPageDefault;
  const auto page =
      Run(process_->conversations().Messages(caller_, turn.conversation, std::move(request)));
  ASSERT_FALSE(page);
  EXPECT_EQ(page.error().code, ErrorCode::kUnavailable);
}

TEST_F(Found, NoModelIsAskedAboutAConversationThatWasRemoved) {
  world_.providers.mood.pause_max = std::chrono::seconds(2);
  const auto turn = Say("Good morning.");
  AdvanceUntil([&] { return !world_.providers.busy.empty(); });
  std::optional<Status> removed;
  std::optional<Result<Turn>> sent;
  process_->Spawn("test",
                  Keep(process_->conversations().Remove(caller_, turn.conversation), removed));
  // The reply was stopped and its end is being stored; what is sent now is stored next, and before
  // everything is removed.
  AdvanceUntil([&] { return world_.providers.busy.empty(); });
  EXPECT_EQ(StoredStatus(turn), "running");
  SendRequest request;
  request.caller = caller_;
  request.conversation = turn.conversation;
  request.message = "And good night.";
  world_.disk_mood.answer_time = std::chrono::nanoseconds(0);
  process_->Spawn("test", Keep(process_->chat().Send(std::move(request)), sent));
  AdvanceUntil([&] { return removed.has_value() && sent.has_value(); });
  ASSERT_TRUE(*removed);
  EXPECT_TRUE(*sent) << "it came before the removal";
  EXPECT_TRUE(world_.providers.busy.empty());
}

}  // namespace
}  // namespace nat
