#include "shared/token_buckets.h"

#include <gtest/gtest.h>

namespace nat {
namespace {

using std::chrono::seconds;

constexpr BucketSize kThreePerMinute{3, std::chrono::seconds(60)};
const SteadyTime kStart = SteadyTime(std::chrono::hours(1));

TEST(TokenBuckets, RefusesTheFourthOfThreeAndSaysWhenToComeBack) {
  TokenBuckets buckets;
  for (std::size_t taken = 1; taken <= 3; ++taken) {
    const auto grant = buckets.Take("a", kThreePerMinute, kStart);
    EXPECT_TRUE(grant.is_granted);
    EXPECT_EQ(grant.remaining, 3 - taken);
  }
  const auto refused = buckets.Take("a", kThreePerMinute, kStart);
  EXPECT_FALSE(refused.is_granted);
  EXPECT_EQ(refused.until_next, seconds(20));
}

TEST(TokenBuckets, RefillsEvenlyAndNeverAboveItsCapacity) {
  TokenBuckets buckets;
  for (int taken = 0; taken < 3; ++taken) buckets.Take("a", kThreePerMinute, kStart);
  EXPECT_FALSE(buckets.Take("a", kThreePerMinute, kStart + seconds(19)).is_granted);
  EXPECT_TRUE(buckets.Take("a", kThreePerMinute, kStart + seconds(21)).is_granted);
  EXPECT_EQ(buckets.Take("a", kThreePerMinute, kStart + seconds(3600)).remaining, 2U);
}

TEST(TokenBuckets, OneKeyDoesNotSpendTheTokensOfAnother) {
  TokenBuckets buckets;
  for (int taken = 0; taken < 4; ++taken) buckets.Take("a", kThreePerMinute, kStart);
  EXPECT_TRUE(buckets.Take("b", kThreePerMinute, kStart).is_granted);
}

TEST(TokenBuckets, LetsGoOfTheLeastRecentlyUsedWhenThereAreTooMany) {
  TokenBuckets buckets(2);
  buckets.Take("old", kThreePerMinute, kStart);
  for (int taken = 0; taken < 3; ++taken) buckets.Take("busy", kThreePerMinute, kStart);
  buckets.Take("new", kThreePerMinute, kStart);
  EXPECT_FALSE(buckets.Take("busy", kThreePerMinute, kStart).is_granted);
  EXPECT_EQ(buckets.Take("old", kThreePerMinute, kStart).remaining, 2U);
}

}  // namespace
}  // namespace nat
