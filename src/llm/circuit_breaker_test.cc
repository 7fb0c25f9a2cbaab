#include "llm/circuit_breaker.h"

#include <gtest/gtest.h>

namespace nat {
namespace {

using namespace std::chrono_literals;

class CircuitBreakerTest : public testing::Test {
 protected:
  void Fail() {
    const auto pass = breaker_.Admit(now_);
    ASSERT_TRUE(pass);
    breaker_.Fail(*pass, now_, 0.5);
  }
  void Succeed() {
    const auto pass = breaker_.Admit(now_);
    ASSERT_TRUE(pass);
    breaker_.Succeed(*pass);
  }
  void FailUntilOpen() {
    for (std::size_t count = 0; count < limits::kBreakerFailuresInARow; ++count) Fail();
    ASSERT_EQ(breaker_.StateAt(now_), BreakerState::kOpen);
  }

  CircuitBreaker breaker_;
  SteadyTime now_ = SteadyTime(1h);
};

TEST_F(CircuitBreakerTest, OpensAfterFailuresInARow) {
  for (std::size_t count = 1; count < limits::kBreakerFailuresInARow; ++count) Fail();
  EXPECT_EQ(breaker_.StateAt(now_), BreakerState::kClosed);
  Fail();
  EXPECT_EQ(breaker_.StateAt(now_), BreakerState::kOpen);
  EXPECT_FALSE(breaker_.Admit(now_));
}

TEST_F(CircuitBreakerTest, StaysClosedWhereThreeInTenFail) {
  for (int round = 0; round < 50; ++round) {
    for (int count = 0; count < 3; ++count) Fail();
    for (int count = 0; count < 7; ++count) Succeed();
  }
  EXPECT_EQ(breaker_.StateAt(now_), BreakerState::kClosed);
}

TEST_F(CircuitBreakerTest, OpensWhereHalfOfAFullWindowFailed) {
  while (breaker_.StateAt(now_) == BreakerState::kClosed) {
    Succeed();
    Fail();
  }
  EXPECT_FALSE(breaker_.Admit(now_));
}

TEST_F(CircuitBreakerTest, LetsOneProbeThroughAfterItsPause) {
  FailUntilOpen();
  now_ += limits::kBreakerPause;
  EXPECT_EQ(breaker_.StateAt(now_), BreakerState::kHalfOpen);
  const auto probe = breaker_.Admit(now_);
  ASSERT_TRUE(probe);
  EXPECT_TRUE(probe->is_probe);
  EXPECT_FALSE(breaker_.Admit(now_)) << "one at a time";
  breaker_.Succeed(*probe);
  EXPECT_EQ(breaker_.StateAt(now_), BreakerState::kClosed);
  Fail();
  EXPECT_EQ(breaker_.StateAt(now_), BreakerState::kClosed) << "what was before is forgotten";
}

TEST_F(CircuitBreakerTest, WaitsTwiceAsLongAfterEachProbeThatFails) {
  FailUntilOpen();
  auto pause = std::chrono::nanoseconds(limits::kBreakerPause);
  for (int probes = 0; probes < 3; ++probes) {
    now_ += pause;
    Fail();
    EXPECT_EQ(breaker_.StateAt(now_ + pause), BreakerState::kOpen);
    pause *= 2;
    EXPECT_EQ(breaker_.StateAt(now_ + pause), BreakerState::kHalfOpen);
  }
}

TEST_F(CircuitBreakerTest, NeverWaitsLongerThanItsBound) {
  FailUntilOpen();
  for (int probes = 0; probes < 100; ++probes) {
    now_ += 2 * limits::kBreakerPauseMax;
    const auto probe = breaker_.Admit(now_);
    ASSERT_TRUE(probe);
    breaker_.Fail(*probe, now_, 1.0);
  }
  EXPECT_EQ(breaker_.StateAt(now_ + 5 * limits::kBreakerPauseMax / 4), BreakerState::kHalfOpen);
}

TEST_F(CircuitBreakerTest, LetsAnotherProbeThroughWhereOneCameToNoEnd) {
  FailUntilOpen();
  now_ += limits::kBreakerPause;
  const auto cancelled = breaker_.Admit(now_);
  ASSERT_TRUE(cancelled);
  breaker_.Withdraw(*cancelled);
  EXPECT_TRUE(breaker_.Admit(now_));
}

TEST_F(CircuitBreakerTest, TakesNoNoticeOfRequestsFromBeforeItOpened) {
  const auto slow = breaker_.Admit(now_);
  ASSERT_TRUE(slow);
  FailUntilOpen();
  breaker_.Succeed(*slow);
  EXPECT_EQ(breaker_.StateAt(now_), BreakerState::kOpen);
  now_ += limits::kBreakerPause;
  const auto probe = breaker_.Admit(now_);
  breaker_.Withdraw(*slow);
  EXPECT_FALSE(breaker_.Admit(now_)) << "the probe is still on its way";
  breaker_.Fail(*slow, now_, 0.5);
  EXPECT_EQ(breaker_.StateAt(now_), BreakerState::kHalfOpen);
}

TEST_F(CircuitBreakerTest, OpensAtOnceWhereNoRequestWillEverBeTaken) {
  const auto pass = breaker_.Admit(now_);
  ASSERT_TRUE(pass);
  EXPECT_TRUE(breaker_.FailForGood(*pass, now_, 0.5));
  EXPECT_EQ(breaker_.StateAt(now_), BreakerState::kOpen);
}

}  // namespace
}  // namespace nat
