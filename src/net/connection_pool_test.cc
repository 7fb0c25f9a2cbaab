#include "net/connection_pool.h"

#include <gtest/gtest.h>

#include "tests/support/http_client_rig.h"

namespace nat {
namespace {

using namespace std::chrono_literals;

using ConnectionPoolTest = HttpClientRig;

TEST_F(ConnectionPoolTest, UsesAConnectionAgain) {
  for (const auto transport : {FakeTransport::kPlain, FakeTransport::kTls}) {
    FakeUpstream upstream(transport);
    Trust(upstream.ca_file());
    upstream.Answer(TextAnswer("again"));
    for (int count = 0; count < 5; ++count) {
      auto body = Fetch(To(upstream.origin()));
      ASSERT_TRUE(body) << body.error().message;
    }
    EXPECT_EQ(upstream.connections(), 1u);
    EXPECT_EQ(upstream.requests().size(), 5u);
  }
}

TEST_F(ConnectionPoolTest, DoesNotUseAConnectionAgainThatTheServerWillClose) {
  FakeUpstream upstream;
  FakeAnswer closing = TextAnswer("bye");
  closing.is_kept_alive = false;
  upstream.Answer(closing);
  ASSERT_TRUE(Fetch(To(upstream.origin())));
  ASSERT_TRUE(Fetch(To(upstream.origin())));
  EXPECT_EQ(upstream.connections(), 2u);
}

TEST_F(ConnectionPoolTest, ReplacesAConnectionThatWasClosedWhileItWaited) {
  for (const auto transport : {FakeTransport::kPlain, FakeTransport::kTls}) {
    FakeUpstream upstream(transport);
    Trust(upstream.ca_file());
    FakeAnswer closing = TextAnswer("bye");
    closing.is_closed_silently = true;
    upstream.Answer(closing);
    for (int count = 0; count < 5; ++count) {
      auto body = Fetch(To(upstream.origin()));
      ASSERT_TRUE(body) << body.error().message;
    }
    EXPECT_EQ(upstream.requests().size(), 5u);
  }
}

TEST_F(ConnectionPoolTest, ReplacesAKeptConnectionThatClosesAtTheNextRequest) {
  FakeUpstream upstream;
  upstream.Answer(TextAnswer("first"));
  FakeAnswer nothing = RawAnswer("");
  upstream.Answer(nothing);
  upstream.Answer(TextAnswer("second"));
  ASSERT_TRUE(Fetch(To(upstream.origin())));
  auto body = Fetch(To(upstream.origin()));
  ASSERT_TRUE(body) << body.error().message;
  EXPECT_EQ(*body, "second");
  EXPECT_EQ(upstream.connections(), 2u);
}

TEST_F(ConnectionPoolTest, DoesNotRepeatARequestOnAFreshConnection) {
  FakeUpstream upstream;
  upstream.Answer(RawAnswer(""));
  EXPECT_FALSE(Fetch(To(upstream.origin())));
  EXPECT_EQ(upstream.requests().size(), 1u);
}

TEST_F(ConnectionPoolTest, ClosesKeptConnectionsAfterAWhile) {
  FakeUpstream upstream;
  upstream.Answer(TextAnswer("once"));
  ASSERT_TRUE(Fetch(To(upstream.origin())));
  clock_.Jump(31s);
  loop_.restart();
  loop_.run_for(2s);  // ends as soon as no connection is left
  EXPECT_TRUE(loop_.stopped());
  EXPECT_TRUE(upstream.WaitForDepartures(1));
}

TEST_F(ConnectionPoolTest, ClosesKeptConnectionsWhenAsked) {
  FakeUpstream upstream;
  upstream.Answer(TextAnswer("once"));
  ASSERT_TRUE(Fetch(To(upstream.origin())));
  client_->CloseIdle();
  EXPECT_TRUE(upstream.WaitForDepartures(1));
}

}  // namespace
}  // namespace nat
