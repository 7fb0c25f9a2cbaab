#include "net/client_connection.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/support/http_client_rig.h"

namespace nat {
namespace {

using namespace std::chrono_literals;
using ::testing::HasSubstr;

using ClientConnectionTest = HttpClientRig;

TEST_F(ClientConnectionTest, SaysThatNobodyListens) {
  std::string origin;
  {
    FakeUpstream gone;
    origin = gone.origin();
  }
  auto body = Fetch(To(origin));
  ASSERT_FALSE(body);
  EXPECT_EQ(body.error().code, ErrorCode::kUpstream);
  EXPECT_THAT(body.error().message, HasSubstr("connect of " + origin));
}

TEST_F(ClientConnectionTest, SaysThatANameIsUnknown) {
  auto body = Fetch(To("http://no-such-host.invalid/"));
  ASSERT_FALSE(body);
  EXPECT_EQ(body.error().code, ErrorCode::kUpstream);
  EXPECT_THAT(body.error().message, HasSubstr("name of http://no-such-host.invalid"));
}

TEST_F(ClientConnectionTest, StopsWaitingForATlsHandshake) {
  FakeUpstream upstream;  // plain: it waits for a request as we wait for its hello
  ClientRequest request = To("https://127.0.0.1:" + std::to_string(upstream.port()));
  request.timeouts.connect = 10ms;
  auto body = Fetch(std::move(request));
  ASSERT_FALSE(body);
  EXPECT_EQ(body.error().code, ErrorCode::kTimeout);
  EXPECT_THAT(body.error().message, HasSubstr("TLS of"));
}

}  // namespace
}  // namespace nat
