#include "llm/provider_queue.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <boost/asio/io_context.hpp>
#include <memory>
#include <optional>
#include <vector>

#include "tests/support/manual_clock.h"
#include "tests/support/run_task.h"

namespace nat {
namespace {

using namespace std::chrono_literals;
using ::testing::ElementsAre;

using Entered = Result<std::unique_ptr<Permit>>;

// One who comes to the queue.
struct Turn {
  std::optional<Entered> entered;
  std::vector<std::size_t> places;
  std::function<void()> cancel;

  bool is_waiting() const { return !entered; }
  bool is_in() const { return entered && *entered; }
};

class ProviderQueueTest : public testing::Test {
 public:
  // Who still waits refers to the queue.
  ~ProviderQueueTest() override {
    tasks_.CancelAll();
    RunReady(loop_);
  }

 protected:
  void Make(QuotaLimits quota_limits, std::size_t waiting_max = 10) {
    queue_.emplace(clock_, quota_limits, waiting_max);
  }
  // Where the queue tells a turn its place.
  static Task<void> Keep(Turn* turn, std::size_t place) {
    turn->places.push_back(place);
    co_return;
  }
  Task<void> Enter(Turn* turn, std::size_t tokens, std::chrono::seconds patience) {
    ProviderQueue::OnPlace on_place = [turn](std::size_t place) { return Keep(turn, place); };
    auto entered =
        co_await queue_->Enter(tokens, clock_.SteadyNow() + patience, std::move(on_place));
    turn->entered.emplace(std::move(entered));
  }
  Turn& Come(std::size_t tokens = 1, std::chrono::seconds patience = 100s) {
    auto& turn = *turns_.emplace_back(std::make_unique<Turn>());
    turn.cancel = tasks_.Spawn("turn", Enter(&turn, tokens, patience));
    RunReady(loop_);
    return turn;
  }
  void Leave(Turn& turn) {
    turn.entered.reset();
    RunReady(loop_);
  }
  void Pass(std::chrono::seconds time) {
    clock_.Advance(time);
    RunReady(loop_);
  }

  asio::io_context loop_{1};
  ManualClock clock_;
  TaskGroup tasks_{loop_.get_executor(), [](const auto&, const auto&) {}};
  std::optional<ProviderQueue> queue_;
  std::vector<std::unique_ptr<Turn>> turns_;
};

TEST_F(ProviderQueueTest, LetsTurnsInAsOthersLeaveInTheOrderOfComing) {
  Make(QuotaLimits{0, 0, 1});
  auto& first = Come();
  auto& second = Come();
  auto& third = Come();
  EXPECT_TRUE(first.is_in());
  EXPECT_TRUE(second.is_waiting());
  Leave(first);
  EXPECT_TRUE(second.is_in());
  EXPECT_TRUE(third.is_waiting());
  EXPECT_THAT(second.places, ElementsAre(1));
  EXPECT_THAT(third.places, ElementsAre(2, 1));
  Leave(second);
  EXPECT_TRUE(third.is_in());
}

TEST_F(ProviderQueueTest, LetsTurnsInAsTheMinuteGoesOn) {
  Make(QuotaLimits{2, 0, 0});
  Come();
  Pass(10s);
  Come();
  auto& third = Come();
  EXPECT_TRUE(third.is_waiting());
  Pass(49s);
  EXPECT_TRUE(third.is_waiting());
  Pass(1s);
  EXPECT_TRUE(third.is_in());
}

TEST_F(ProviderQueueTest, RefusesAtOnceWhatTheMinuteWillNotAllowInTime) {
  Make(QuotaLimits{1, 0, 0});
  Come();
  auto& hopeless = Come(1, 59s);
  ASSERT_TRUE(hopeless.entered);
  EXPECT_EQ(hopeless.entered->error().code, ErrorCode::kUnavailable);
  EXPECT_TRUE(hopeless.places.empty());
}

TEST_F(ProviderQueueTest, RefusesWhoWaitedTooLong) {
  Make(QuotaLimits{0, 0, 1});
  Come();
  auto& impatient = Come(1, 5s);
  Pass(4s);
  EXPECT_TRUE(impatient.is_waiting());
  Pass(1s);
  ASSERT_TRUE(impatient.entered);
  EXPECT_FALSE(*impatient.entered);
  EXPECT_EQ(queue_->waiting(), 0U);
}

TEST_F(ProviderQueueTest, RefusesMoreThanMayWait) {
  Make(QuotaLimits{0, 0, 1}, 2);
  Come();
  Come();
  Come();
  auto& one_too_many = Come();
  ASSERT_TRUE(one_too_many.entered);
  EXPECT_EQ(one_too_many.entered->error().code, ErrorCode::kUnavailable);
}

TEST_F(ProviderQueueTest, ForgetsWhoIsCancelled) {
  Make(QuotaLimits{0, 0, 1});
  auto& first = Come();
  auto& second = Come();
  auto& third = Come();
  second.cancel();
  RunReady(loop_);
  EXPECT_EQ(queue_->waiting(), 1U);
  Leave(first);
  EXPECT_TRUE(third.is_in());
}

TEST_F(ProviderQueueTest, NobodyOvertakesThoseWhoWait) {
  Make(QuotaLimits{0, 100, 0});
  Come(90);
  auto& large = Come(50);
  auto& small = Come(5);
  EXPECT_TRUE(large.is_waiting());
  EXPECT_TRUE(small.is_waiting());
  EXPECT_EQ(queue_->TryEnter(1), nullptr);
  Pass(60s);
  EXPECT_TRUE(large.is_in());
  EXPECT_TRUE(small.is_in());
}

TEST_F(ProviderQueueTest, WaitsWhileTheProviderAsksForIt) {
  Make(QuotaLimits());
  queue_->PauseUntil(clock_.SteadyNow() + 3s);
  auto& turn = Come();
  EXPECT_TRUE(turn.is_waiting());
  Pass(3s);
  EXPECT_TRUE(turn.is_in());
}

}  // namespace
}  // namespace nat
