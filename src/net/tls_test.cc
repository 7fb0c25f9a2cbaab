#include "net/tls.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/support/http_client_rig.h"

namespace nat {
namespace {

using ::testing::HasSubstr;

using TlsTest = HttpClientRig;

TEST_F(TlsTest, RefusesACertificateOfAnUnknownAuthority) {
  FakeUpstream upstream(FakeTransport::kTls);
  FakeUpstream other(FakeTransport::kTls);
  upstream.Answer(TextAnswer("secret"));
  for (const std::string& trusted : {std::string(), other.ca_file()}) {
    Trust(trusted);
    auto body = Fetch(To(upstream.origin()));
    ASSERT_FALSE(body);
    EXPECT_EQ(body.error().code, ErrorCode::kUpstream);
    EXPECT_THAT(body.error().message, HasSubstr("certificate is not accepted"));
  }
  EXPECT_TRUE(upstream.requests().empty());
}

TEST_F(TlsTest, RefusesACertificateForAnotherHost) {
  FakeUpstream upstream(FakeTransport::kTls, 0, {"elsewhere.example"});
  upstream.Answer(TextAnswer("secret"));
  Trust(upstream.ca_file());
  auto body = Fetch(To(upstream.origin()));
  ASSERT_FALSE(body);
  EXPECT_EQ(body.error().code, ErrorCode::kUpstream);
  EXPECT_TRUE(upstream.requests().empty());
}

TEST_F(TlsTest, SaysThatTheAuthoritiesCannotBeLoaded) {
  Trust("/nowhere/authority.pem");
  auto plain = std::make_unique<FakeUpstream>();
  auto body = Fetch(To("https://127.0.0.1:" + std::to_string(plain->port())));
  ASSERT_FALSE(body);
  EXPECT_THAT(body.error().message, HasSubstr("/nowhere/authority.pem"));
}

TEST_F(TlsTest, SpeaksTlsWithANameAndWithAnAddress) {
  FakeUpstream upstream(FakeTransport::kTls);
  upstream.Answer(TextAnswer("over TLS"));
  Trust(upstream.ca_file());
  for (const std::string host : {"127.0.0.1", "localhost"}) {
    auto body = Fetch(To("https://" + host + ":" + std::to_string(upstream.port()) + "/"));
    ASSERT_TRUE(body) << body.error().message;
    EXPECT_EQ(*body, "over TLS");
  }
}

TEST_F(TlsTest, TakesATruncatedTlsBodyForBroken) {
  FakeUpstream upstream(FakeTransport::kTls);
  FakeAnswer cut = TextAnswer("half");
  cut.framing = FakeFraming::kUntilClose;
  cut.ending = FakeEnding::kCut;
  upstream.Answer(cut);
  Trust(upstream.ca_file());
  EXPECT_FALSE(Fetch(To(upstream.origin())));
}

}  // namespace
}  // namespace nat
