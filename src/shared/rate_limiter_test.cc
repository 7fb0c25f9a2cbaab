#include "shared/rate_limiter.h"

#include <gtest/gtest.h>

#include "tests/support/manual_clock.h"

namespace nat {
namespace {

TEST(RateLimiter, LimitsThePersonBeforeTheAddress) {
  ManualClock clock;
  RateLimiter limiter(clock, RateLimiter::Mode::kOn);
  for (std::size_t taken = 0; taken < limits::kTurnsPerMinutePerPerson; ++taken) {
    EXPECT_TRUE(limiter.Check(RateKind::kTurn, "anna", "home").is_allowed);
  }
  const auto refused = limiter.Check(RateKind::kTurn, "anna", "home");
  EXPECT_FALSE(refused.is_allowed);
  EXPECT_EQ(refused.quota, limits::kTurnsPerMinutePerPerson);
  EXPECT_EQ(refused.remaining, 0U);
  EXPECT_GE(refused.until_next.count(), 1);
  EXPECT_TRUE(limiter.Check(RateKind::kTurn, "ben", "home").is_allowed);
}

TEST(RateLimiter, LimitsAnAddressWhoeverAsksFromThere) {
  ManualClock clock;
  RateLimiter limiter(clock, RateLimiter::Mode::kOn);
  for (std::size_t taken = 0; taken < limits::kTurnsPerMinutePerAddress; ++taken) {
    EXPECT_TRUE(limiter.Check(RateKind::kTurn, std::nullopt, "cafe").is_allowed);
  }
  EXPECT_FALSE(limiter.Check(RateKind::kTurn, std::nullopt, "cafe").is_allowed);
  EXPECT_FALSE(limiter.Check(RateKind::kTurn, "anna", "cafe").is_allowed);
  EXPECT_TRUE(limiter.Check(RateKind::kTurn, std::nullopt, "home").is_allowed);
}

TEST(RateLimiter, CountsTurnsAndOtherRequestsApart) {
  ManualClock clock;
  RateLimiter limiter(clock, RateLimiter::Mode::kOn);
  for (int taken = 0; taken < 30; ++taken) limiter.Check(RateKind::kTurn, "anna", "home");
  EXPECT_TRUE(limiter.Check(RateKind::kRequest, "anna", "home").is_allowed);
}

TEST(RateLimiter, LetsPeopleGoOnAfterTheTimeItNamed) {
  ManualClock clock;
  RateLimiter limiter(clock, RateLimiter::Mode::kOn);
  RateDecision decision;
  do {
    decision = limiter.Check(RateKind::kTurn, "anna", "home");
  } while (decision.is_allowed);
  clock.Advance(decision.until_next);
  EXPECT_TRUE(limiter.Check(RateKind::kTurn, "anna", "home").is_allowed);
}

TEST(RateLimiter, AllowsEverythingWhenItIsOff) {
  ManualClock clock;
  RateLimiter limiter(clock, RateLimiter::Mode::kOff);
  for (int taken = 0; taken < 1'000; ++taken) {
    const auto decision = limiter.Check(RateKind::kTurn, "anna", "home");
    EXPECT_TRUE(decision.is_allowed);
    EXPECT_TRUE(decision.policy.empty());
  }
}

}  // namespace
}  // namespace nat
