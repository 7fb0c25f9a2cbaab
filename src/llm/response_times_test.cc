#include "llm/response_times.h"

#include <gtest/gtest.h>

namespace nat {
namespace {

using namespace std::chrono_literals;

TEST(ResponseTimes, CallNothingUsualBeforeEnoughAreKnown) {
  ResponseTimes times;
  for (std::size_t count = 1; count < limits::kResponseTimesNeeded; ++count) times.Add(1s);
  EXPECT_FALSE(times.Percentile(95));
  times.Add(1s);
  EXPECT_EQ(times.Percentile(95), 1s);
}

TEST(ResponseTimes, KnowThePercentilesOfTheLastOnes) {
  ResponseTimes times;
  for (int count = 0; count < 1000; ++count) times.Add(1h);
  for (std::size_t count = 1; count <= limits::kResponseTimesKept; ++count) {
    times.Add(std::chrono::milliseconds(count));
  }
  EXPECT_EQ(times.Percentile(0), 1ms);
  EXPECT_NEAR(static_cast<double>(times.Percentile(90)->count()), 90e6, 1e6);
  EXPECT_EQ(times.Percentile(100), std::chrono::milliseconds(limits::kResponseTimesKept));
}

}  // namespace
}  // namespace nat
