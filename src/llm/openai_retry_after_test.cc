#include "llm/openai_retry_after.h"

#include <gtest/gtest.h>

#include <string>
#include <utility>
#include <vector>

namespace nat {
namespace {

using namespace std::chrono_literals;

// Sun, 06 Nov 1994 08:49:37 GMT
constexpr Time kNow = Time(784'111'777'000ms);

std::optional<std::chrono::seconds> After(
    const std::vector<std::pair<std::string, std::string>>& fields) {
  Headers headers;
  for (const auto& [name, value] : fields) headers.Add(name, value);
  return RetryAfter(headers, kNow);
}

TEST(RetryAfter, IsNothingWhereNothingCanBeRead) {
  EXPECT_EQ(After({}), std::nullopt);
  for (const std::string value :
       {"", "-1", "+1", "soon", "1 2", "nan", "inf", "1e3", "7s", "99999999999999999999999",
        "Sun, 06 Nov 1994 08:49:37 CET", "Sun, 32 Nov 1994 08:49:37 GMT",
        "Sun, 06 Nox 1994 08:49:37 GMT", "Sun, 06 Nov 1994 0a:49:37 GMT"}) {
    EXPECT_EQ(After({{"Retry-After", value}}), std::nullopt) << value;
  }
  for (const std::string value : {"", "s", "1m2", "1x", "m1", "-1s", "1h 2m"}) {
    EXPECT_EQ(After({{"x-ratelimit-remaining-tokens", "0"}, {"x-ratelimit-reset-tokens", value}}),
              std::nullopt)
        << value;
  }
}

TEST(RetryAfter, ReadsSecondsAndMilliseconds) {
  EXPECT_EQ(After({{"retry-after", "7"}}), 7s);
  EXPECT_EQ(After({{"retry-after", "0"}}), 0s);
  EXPECT_EQ(After({{"retry-after", "1.2"}}), 2s);
  EXPECT_EQ(After({{"retry-after", "999999999"}}), 24h);
  EXPECT_EQ(After({{"retry-after-ms", "1200"}, {"retry-after", "60"}}), 2s);
  EXPECT_EQ(After({{"retry-after-ms", "soon"}, {"retry-after", "60"}}), 60s);
}

TEST(RetryAfter, ReadsADateByTheServersOwnClockWhereItSaysWhatThatIs) {
  const std::string date = "Sun, 06 Nov 1994 08:50:00 GMT";
  EXPECT_EQ(After({{"retry-after", date}}), 23s);
  EXPECT_EQ(After({{"retry-after", date}, {"date", "Sun, 06 Nov 1994 08:49:55 GMT"}}), 5s);
  EXPECT_EQ(After({{"retry-after", "Sun, 06 Nov 1994 08:49:00 GMT"}}), 0s);
  EXPECT_EQ(After({{"retry-after", "Tue, 06 Nov 2040 08:49:00 GMT"}}), 24h);
}

TEST(RetryAfter, WaitsForTheBucketThatIsEmpty) {
  EXPECT_EQ(After({{"x-ratelimit-remaining-requests", "0"},
                   {"x-ratelimit-reset-requests", "2m59.56s"},
                   {"x-ratelimit-remaining-tokens", "17"},
                   {"x-ratelimit-reset-tokens", "6h"}}),
            180s);
  EXPECT_EQ(After({{"x-ratelimit-remaining-tokens", "0"}, {"x-ratelimit-reset-tokens", "250ms"}}),
            1s);
  EXPECT_EQ(After({{"x-ratelimit-remaining-tokens", "3"}, {"x-ratelimit-reset-tokens", "5s"}}),
            std::nullopt);
  EXPECT_EQ(After({{"x-ratelimit-reset", "784111780000"}}), 24h);  // seconds: far away
  EXPECT_EQ(After({{"x-ratelimit-reset", "12"}}), 12s);
}

TEST(RetryAfter, ReadsTheTimeOfAReset) {
  Headers headers;
  headers.Add("X-RateLimit-Reset", "1741305600000");
  EXPECT_EQ(RetryAfter(headers, Time(1'741'305'590'500ms)), 10s);
  headers.Set("X-RateLimit-Reset", "1741305600");
  EXPECT_EQ(RetryAfter(headers, Time(1'741'305'590'000ms)), 10s);
}

}  // namespace
}  // namespace nat
