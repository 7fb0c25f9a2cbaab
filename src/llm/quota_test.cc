#include "llm/quota.h"

#include <gtest/gtest.h>

namespace nat {
namespace {

using namespace std::chrono_literals;

const SteadyTime kNoon(12h);

TEST(Quota, WithoutLimitsLetsEverythingStart) {
  Quota quota((QuotaLimits()));
  for (int count = 0; count < 1000; ++count) quota.Take(kNoon, 1'000'000);
  EXPECT_EQ(quota.StartTime(kNoon, 1), kNoon);
  EXPECT_TRUE(quota.HasPlace());
}

TEST(Quota, KeepsFifteenRequestsInAnyMinute) {
  Quota quota(QuotaLimits{15, 0, 0});
  for (int count = 0; count < 15; ++count) quota.Take(kNoon + count * 1s, 100);
  const auto now = kNoon + 20s;
  EXPECT_EQ(quota.StartTime(now, 100), kNoon + 60s);
  EXPECT_EQ(quota.StartTime(kNoon + 60s, 100), kNoon + 60s);
  quota.Take(kNoon + 60s, 100);
  EXPECT_EQ(quota.StartTime(kNoon + 60s, 100), kNoon + 61s);
}

TEST(Quota, KeepsTokensInAnyMinute) {
  Quota quota(QuotaLimits{0, 1000, 0});
  quota.Take(kNoon, 400);
  quota.Take(kNoon + 10s, 400);
  EXPECT_EQ(quota.StartTime(kNoon + 20s, 200), kNoon + 20s);
  EXPECT_EQ(quota.StartTime(kNoon + 20s, 201), kNoon + 60s);
  EXPECT_EQ(quota.StartTime(kNoon + 20s, 900), kNoon + 70s);
}

TEST(Quota, LetsARequestLargerThanAMinuteGoAlone) {
  Quota quota(QuotaLimits{0, 1000, 0});
  EXPECT_EQ(quota.StartTime(kNoon, 5000), kNoon);
  quota.Take(kNoon, 5000);
  EXPECT_EQ(quota.StartTime(kNoon + 1s, 1), kNoon + 60s);
}

TEST(Quota, CountsWhatARequestTookInTheEnd) {
  Quota quota(QuotaLimits{0, 1000, 0});
  const auto request = quota.Take(kNoon, 900);
  EXPECT_GT(quota.StartTime(kNoon, 300), kNoon);
  quota.Correct(request, 100);
  EXPECT_EQ(quota.StartTime(kNoon, 300), kNoon);
  quota.Correct(request + 1, 100'000);
  EXPECT_EQ(quota.StartTime(kNoon, 300), kNoon) << "one that was never sent";
  EXPECT_EQ(quota.StartTime(kNoon + 2min, 900), kNoon + 2min);
  quota.Correct(request, 100'000);
  EXPECT_EQ(quota.StartTime(kNoon + 2min, 900), kNoon + 2min) << "one of a minute that is over";
}

TEST(Quota, KeepsRequestsAtATime) {
  Quota quota(QuotaLimits{0, 0, 2});
  quota.Take(kNoon, 1);
  EXPECT_TRUE(quota.HasPlace());
  quota.Take(kNoon, 1);
  EXPECT_FALSE(quota.HasPlace());
  quota.Release();
  EXPECT_TRUE(quota.HasPlace());
}

TEST(Quota, SendsNothingWhileTheProviderAsksUsToWait) {
  Quota quota((QuotaLimits()));
  quota.PauseUntil(kNoon + 3s);
  quota.PauseUntil(kNoon + 1s);
  EXPECT_EQ(quota.StartTime(kNoon, 1), kNoon + 3s);
}

}  // namespace
}  // namespace nat
