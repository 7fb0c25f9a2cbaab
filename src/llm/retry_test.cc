#include "llm/retry.h"

#include <gtest/gtest.h>

namespace nat {
namespace {

using namespace std::chrono_literals;
using enum ErrorCode;

TEST(RemedyFor, FollowsTheErrorTable) {
  for (const auto code : {kRateLimited, kUpstream, kUnavailable, kTimeout}) {
    EXPECT_EQ(RemedyFor(Error(code, "")), Remedy::kAskAgainLater) << TraitsOf(code).word;
  }
  for (const auto code : {kEmptyReply, kContextTooLong}) {
    EXPECT_EQ(RemedyFor(Error(code, "")), Remedy::kAskAgainDifferently) << TraitsOf(code).word;
  }
  for (const auto code : {kConnectTimeout, kFirstTokenTimeout, kTokenTimeout, kInvalidInput}) {
    EXPECT_EQ(RemedyFor(Error(code, "")), Remedy::kAskOthersOnly) << TraitsOf(code).word;
  }
  EXPECT_EQ(RemedyFor(Error(kUpstreamRefused, "")), Remedy::kAskNobodyHere);
}

TEST(PauseBeforeRetry, DoublesUpToItsBoundAndIsSpreadByChance) {
  const Error error(kUpstream, "");
  EXPECT_EQ(PauseBeforeRetry(error, 1, 1.0), limits::kRetryPause);
  EXPECT_EQ(PauseBeforeRetry(error, 1, 0.0), limits::kRetryPause / 2);
  EXPECT_EQ(PauseBeforeRetry(error, 2, 1.0), 2 * limits::kRetryPause);
  EXPECT_EQ(PauseBeforeRetry(error, 1000, 1.0), limits::kRetryPauseMax);
}

TEST(PauseBeforeRetry, IsNeverShorterThanWhatWasAskedFor) {
  Error error(kRateLimited, "");
  error.retry_after = 3s;
  EXPECT_GE(PauseBeforeRetry(error, 1, 0.0), 3s);
  EXPECT_NE(PauseBeforeRetry(error, 1, 0.0), PauseBeforeRetry(error, 1, 1.0))
      << "not all at the same moment";
}

TEST(RetryBudget, HasAFewForTheOneWhoTalksAtNight) {
  RetryBudget budget(0.2);
  SteadyTime now(1h);
  for (int count = 0; count < static_cast<int>(limits::kRetriesFree); ++count) {
    EXPECT_TRUE(budget.Take(now));
  }
  EXPECT_FALSE(budget.Take(now));
  now += 1s;
  EXPECT_TRUE(budget.Take(now));
  EXPECT_FALSE(budget.Take(now));
}

TEST(RetryBudget, GivesAShareOfTheRequestsInAStorm) {
  RetryBudget budget(0.2);
  const SteadyTime now(1h);
  int retries = 0;
  for (int request = 0; request < 1000; ++request) {
    budget.NoteRequest(now);
    if (budget.Take(now)) ++retries;
  }
  EXPECT_NEAR(retries, 200 + limits::kRetriesFree, 2);
}

TEST(RetryBudget, SavesUpToItsBound) {
  RetryBudget budget(1.0);
  const SteadyTime now(1h);
  for (int request = 0; request < 10'000; ++request) budget.NoteRequest(now);
  int retries = 0;
  while (budget.Take(now)) ++retries;
  EXPECT_EQ(retries, static_cast<int>(limits::kRetriesSavedMax));
}

}  // namespace
}  // namespace nat
