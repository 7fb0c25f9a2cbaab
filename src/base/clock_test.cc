#include "base/clock.h"

#include <gtest/gtest.h>

namespace nat {
namespace {

TEST(FormatTime, WritesRfc3339InUtcToTheSecond) {
  EXPECT_EQ(FormatTime(Time(std::chrono::milliseconds(1'756'900'800'999))), "2025-09-03T12:00:00Z");
  EXPECT_EQ(FormatTime(Time()), "1970-01-01T00:00:00Z");
}

TEST(FormatTime, KnowsLeapDays) {
  const auto leap_day = std::chrono::sys_days(std::chrono::year(2028) / 2 / 29);
  EXPECT_EQ(FormatTime(std::chrono::time_point_cast<std::chrono::milliseconds>(leap_day)),
            "2028-02-29T00:00:00Z");
}

}  // namespace
}  // namespace nat
