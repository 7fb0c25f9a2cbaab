#include "net/tls_tickets.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <openssl/ssl.h>

#include "tests/support/http_client_rig.h"

namespace nat {
namespace {

using ::testing::HasSubstr;

class TlsTicketsTest : public HttpClientRig {
 protected:
  TlsTicketsTest() {
    closing_.is_kept_alive = false;
    TlsTickets::CollectFrom(context_.get());
  }

  // Has a server of `origin` give a ticket.
  void Give(TlsTickets& tickets, const std::string& origin) {
    const Connection connection = Offered(tickets, origin);
    std::unique_ptr<SSL_SESSION, decltype(&SSL_SESSION_free)> ticket(SSL_SESSION_new(),
                                                                     &SSL_SESSION_free);
    SSL_SESSION_set_protocol_version(ticket.get(), TLS1_3_VERSION);
    SSL_CTX_sess_get_new_cb(context_.get())(connection.get(), ticket.get());
  }

  using Connection = std::unique_ptr<SSL, decltype(&SSL_free)>;
  Connection Offered(TlsTickets& tickets, const std::string& origin) {
    Connection connection(SSL_new(context_.get()), &SSL_free);
    tickets.Offer(connection.get(), origin);
    return connection;
  }

  std::unique_ptr<SSL_CTX, decltype(&SSL_CTX_free)> context_{SSL_CTX_new(TLS_client_method()),
                                                             &SSL_CTX_free};
  FakeAnswer closing_ = TextAnswer("over TLS");
};

TEST_F(TlsTicketsTest, MakesAFullHandshakeWhereTheServerForgotTheTicket) {
  FakeUpstream upstream(FakeTransport::kTls);
  upstream.Answer(closing_);
  Trust(upstream.ca_file());
  ASSERT_TRUE(Fetch(To(upstream.origin())));
  upstream.ForgetTickets();
  auto body = Fetch(To(upstream.origin()));
  ASSERT_TRUE(body) << body.error().message;
  EXPECT_EQ(upstream.resumed_handshakes(), 0u);
  ASSERT_TRUE(Fetch(To(upstream.origin())));
  EXPECT_EQ(upstream.resumed_handshakes(), 1u);
}

TEST_F(TlsTicketsTest, RefusesAnotherHostAlsoWithATicketOfTheSameServer) {
  FakeUpstream upstream(FakeTransport::kTls, 0, {"localhost"});
  upstream.Answer(closing_);
  Trust(upstream.ca_file());
  const std::string port = std::to_string(upstream.port());
  for (int count = 0; count < 2; ++count) {
    ASSERT_TRUE(Fetch(To("https://localhost:" + port)));
    auto body = Fetch(To("https://127.0.0.1:" + port));
    ASSERT_FALSE(body);
    EXPECT_THAT(body.error().message, HasSubstr("certificate is not accepted"));
  }
  EXPECT_EQ(upstream.resumed_handshakes(), 1u);
  EXPECT_EQ(upstream.requests().size(), 2u);
}

TEST_F(TlsTicketsTest, DoesNotTakeATicketToAnotherOrigin) {
  FakeUpstream upstream(FakeTransport::kTls);
  upstream.Answer(closing_);
  Trust(upstream.ca_file());
  const std::string port = std::to_string(upstream.port());
  ASSERT_TRUE(Fetch(To("https://localhost:" + port)));
  ASSERT_TRUE(Fetch(To("https://127.0.0.1:" + port)));
  EXPECT_EQ(upstream.resumed_handshakes(), 0u);
}

TEST_F(TlsTicketsTest, DoesNotTakeATicketToAnotherTrust) {
  FakeUpstream upstream(FakeTransport::kTls);
  FakeUpstream other(FakeTransport::kTls);
  upstream.Answer(closing_);
  Trust(upstream.ca_file());
  ASSERT_TRUE(Fetch(To(upstream.origin())));
  Trust(other.ca_file());
  EXPECT_FALSE(Fetch(To(upstream.origin())));
  EXPECT_EQ(upstream.requests().size(), 1u);
}

TEST_F(TlsTicketsTest, ResumesTheNextConnection) {
  for (const bool is_old : {false, true}) {
    FakeUpstream upstream(FakeTransport::kTls);
    if (is_old) upstream.SpeakOnlyTls12();
    upstream.Answer(closing_);
    Trust(upstream.ca_file());
    for (int count = 0; count < 4; ++count) {
      auto body = Fetch(To(upstream.origin()));
      ASSERT_TRUE(body) << body.error().message;
    }
    EXPECT_EQ(upstream.connections(), 4u);
    EXPECT_EQ(upstream.resumed_handshakes(), 3u);
  }
}

TEST_F(TlsTicketsTest, TakesEachTicketOnce) {
  TlsTickets tickets;
  Give(tickets, "https://a");
  Give(tickets, "https://b");
  EXPECT_EQ(SSL_get0_session(Offered(tickets, "https://c").get()), nullptr);
  EXPECT_NE(SSL_get0_session(Offered(tickets, "https://a").get()), nullptr);
  EXPECT_EQ(SSL_get0_session(Offered(tickets, "https://a").get()), nullptr);
  EXPECT_EQ(tickets.count("https://b"), 1u);
}

TEST_F(TlsTicketsTest, DropsTheTicketsOfAnOrigin) {
  TlsTickets tickets;
  Give(tickets, "https://a");
  Give(tickets, "https://b");
  tickets.Drop("https://a");
  EXPECT_EQ(tickets.count("https://a"), 0u);
  EXPECT_EQ(tickets.count("https://b"), 1u);
}

TEST_F(TlsTicketsTest, KeepsABoundedNumber) {
  TlsTickets tickets;
  const auto connection = Offered(tickets, "https://a");
  std::unique_ptr<SSL_SESSION, decltype(&SSL_SESSION_free)> ticket(SSL_SESSION_new(),
                                                                   &SSL_SESSION_free);
  for (std::size_t count = 0; count < 3 * limits::kTicketsPerOriginMax; ++count) {
    SSL_CTX_sess_get_new_cb(context_.get())(connection.get(), ticket.get());
  }
  EXPECT_EQ(tickets.count("https://a"), limits::kTicketsPerOriginMax);
  tickets.Drop("https://a");

  std::size_t kept = 0;
  constexpr std::size_t kOrigins = 3 * limits::kTicketOriginsMax;
  for (std::size_t at = 0; at < kOrigins; ++at) Give(tickets, "https://" + std::to_string(at));
  for (std::size_t at = 0; at < kOrigins; ++at) {
    kept += tickets.count("https://" + std::to_string(at));
  }
  EXPECT_EQ(kept, limits::kTicketOriginsMax);
}

}  // namespace
}  // namespace nat
