// What orchestrators ask, and DESIGN 3.1 promises to anyone who watches the service.
#include <gmock/gmock.h>

#include "tests/support/flow.h"

namespace nat::testing {
namespace {

using ::testing::IsEmpty;
using ::testing::MatchesRegex;

constexpr const char* kTimePattern = "....-..-..T..:..:..Z";

class Health : public Flow {};

TEST_F(Health, IsExactlyWhatTheContractSays) {
  Start();
  const auto answer = Curl().Get("/health");
  EXPECT_EQ(answer.status, 200);
  EXPECT_EQ(answer.Field("Content-Type"), "application/json");
  auto body = answer.Json();
  EXPECT_EQ(TextAt(body, "status"), "healthy");
  EXPECT_EQ(TextAt(body, "service"), "backend");
  EXPECT_THAT(TextAt(body, "timestamp"), MatchesRegex(kTimePattern));
  EXPECT_EQ(body.size(), 3U);
}

TEST_F(Health, IsToldToOrchestrators) {
  Start();
  auto curl = Curl();
  const auto live = curl.Get("/health/live");
  EXPECT_EQ(live.status, 200);
  EXPECT_EQ(TextAt(live.Json(), "status"), "live");
  const auto ready = curl.Get("/health/ready");
  EXPECT_EQ(ready.status, 200);
  EXPECT_EQ(TextAt(ready.Json(), "status"), "ready");
}

TEST_F(Health, MakesNoCookie) {
  Start();
  for (const std::string path : {"/health", "/health/live", "/health/ready"}) {
    EXPECT_THAT(Curl().Get(path).Fields("Set-Cookie"), IsEmpty()) << path;
  }
}

TEST_F(Health, IsStillToldWhereWhoAsksHasUsedUpItsRequests) {
  config_.has_rate_limit = true;
  Start();
  auto curl = Curl();
  int status = 200;
  for (int request = 0; status == 200 && request < 2'000; ++request) {
    status = curl.Get("/api/conversations").status;
  }
  ASSERT_EQ(status, 429);
  EXPECT_EQ(curl.Get("/health").status, 200);
  EXPECT_EQ(curl.Get("/health/ready").status, 200);
}

}  // namespace
}  // namespace nat::testing
