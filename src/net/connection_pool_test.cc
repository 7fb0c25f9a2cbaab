#include "net/connection_pool.h"

#include <gtest/gtest.h>

#include "tests/support/http_client_rig.h"

namespace nat {
namespace {

using namespace std::chrono_literals;

class ConnectionPoolTest : public HttpClientRig {
 protected:
  Status Prepare(const std::string& origin, ClientTimeouts timeouts = ClientTimeouts()) {
    auto task = client_->Prepare(*ParseUrl(origin), timeouts);
    return RunTask(loop_, std::move(task));
  }
  static Task<void> Store(Task<Status> task, std::optional<Status>* outcome) {
    auto status = co_await std::move(task);
    *outcome = std::move(status);
  }
  // Starts a Prepare that the loop has yet to go on with.
  void BeginPreparing(const std::string& origin, std::optional<Status>& outcome,
                      std::chrono::milliseconds limit = 5s) {
    ClientTimeouts timeouts;
    timeouts.connect = limit;
    auto task = client_->Prepare(*ParseUrl(origin), timeouts);
    asio::co_spawn(loop_, Store(std::move(task), &outcome), [](std::exception_ptr) {});
  }
  void RunUntilThere(const std::optional<Status>& outcome) {
    loop_.restart();
    while (!outcome && loop_.run_one_for(5s) > 0) {
    }
    ASSERT_TRUE(outcome);
  }
  // Where a TLS handshake never ends.
  static std::string HangingOrigin(const FakeUpstream& plain) {
    return "https://127.0.0.1:" + std::to_string(plain.port());
  }
};

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

TEST_F(ConnectionPoolTest, SaysThatNothingCanBePrepared) {
  std::string gone;
  {
    FakeUpstream upstream;
    gone = upstream.origin();
  }
  FakeUpstream upstream;
  upstream.Answer(TextAnswer("elsewhere"));
  for (int count = 0; count < 2; ++count) {
    auto prepared = Prepare(gone);
    ASSERT_FALSE(prepared);
    EXPECT_EQ(prepared.error().code, ErrorCode::kUpstream);
    EXPECT_TRUE(Fetch(To(upstream.origin())));
  }
  FakeUpstream plain;
  ClientTimeouts short_timeouts;
  short_timeouts.connect = 10ms;
  auto prepared = Prepare(HangingOrigin(plain), short_timeouts);
  ASSERT_FALSE(prepared);
  EXPECT_EQ(prepared.error().code, ErrorCode::kConnectTimeout);
}

TEST_F(ConnectionPoolTest, DoesNotUseAPreparedConnectionThatTheServerHasClosed) {
  for (const auto transport : {FakeTransport::kPlain, FakeTransport::kTls}) {
    FakeUpstream upstream(transport);
    Trust(upstream.ca_file());
    upstream.Answer(TextAnswer("fresh"));
    ASSERT_TRUE(Prepare(upstream.origin()));
    while (upstream.connections() == 0) {
    }
    upstream.CloseConnections();
    auto body = Fetch(To(upstream.origin()));
    ASSERT_TRUE(body) << body.error().message;
    EXPECT_EQ(upstream.connections(), 2u);
    EXPECT_EQ(upstream.requests().size(), 1u);
  }
}

TEST_F(ConnectionPoolTest, SurvivesTheEndOfTheClientDuringAPreparation) {
  FakeUpstream plain;
  for (const bool has_begun : {false, true}) {
    std::optional<Status> outcome;
    BeginPreparing(HangingOrigin(plain), outcome, 300ms);
    if (has_begun) RunReady(loop_);
    client_.reset();
    RunUntilThere(outcome);
    EXPECT_EQ(outcome->error().code, ErrorCode::kConnectTimeout);
    Trust("");
  }
}

TEST_F(ConnectionPoolTest, PreparesAgainAfterACancelledPreparation) {
  FakeUpstream plain;
  for (int count = 1; count <= 2; ++count) {
    auto task = client_->Prepare(*ParseUrl(HangingOrigin(plain)), ClientTimeouts());
    auto limited = WithTimeout(clock_, std::move(task), 20ms);
    EXPECT_FALSE(RunTask(loop_, std::move(limited)));
    EXPECT_TRUE(plain.WaitForDepartures(static_cast<std::size_t>(count)));
  }
}

TEST_F(ConnectionPoolTest, UsesAPreparedConnection) {
  for (const auto transport : {FakeTransport::kPlain, FakeTransport::kTls}) {
    FakeUpstream upstream(transport);
    Trust(upstream.ca_file());
    upstream.Answer(TextAnswer("first"));
    for (int count = 0; count < 3; ++count) {
      auto prepared = Prepare(upstream.origin());
      ASSERT_TRUE(prepared) << prepared.error().message;
      auto body = Fetch(To(upstream.origin()));
      ASSERT_TRUE(body) << body.error().message;
    }
    EXPECT_EQ(upstream.connections(), 1u);
  }
}

TEST_F(ConnectionPoolTest, PreparesOneConnectionAtATime) {
  FakeUpstream upstream(FakeTransport::kTls);
  Trust(upstream.ca_file());
  upstream.Answer(TextAnswer("one"));
  std::optional<Status> first;
  std::optional<Status> second;
  BeginPreparing(upstream.origin(), first);
  BeginPreparing(upstream.origin(), second);
  RunUntilThere(second);
  EXPECT_TRUE(*second);
  EXPECT_FALSE(first);  // it is still at it
  RunUntilThere(first);
  EXPECT_TRUE(*first);
  ASSERT_TRUE(Fetch(To(upstream.origin())));
  EXPECT_EQ(upstream.connections(), 1u);
}

TEST_F(ConnectionPoolTest, DoesNotWaitForAPreparationToSend) {
  FakeUpstream upstream(FakeTransport::kTls);
  Trust(upstream.ca_file());
  upstream.Answer(TextAnswer("own"));
  std::optional<Status> outcome;
  BeginPreparing(upstream.origin(), outcome);
  ASSERT_TRUE(Fetch(To(upstream.origin())));
  RunUntilThere(outcome);
  EXPECT_TRUE(*outcome);
  EXPECT_EQ(upstream.connections(), 2u);
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
