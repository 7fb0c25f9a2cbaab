#include "net/client_connection.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <boost/asio/steady_timer.hpp>

#include "tests/support/http_client_rig.h"

namespace nat {
namespace {

using namespace std::chrono_literals;
using ::testing::HasSubstr;

// Listens on 127.0.0.2 without ever accepting. Once `has_room` is kNo, it does not even answer
// those who want to connect.
class DeafListener {
 public:
  enum class HasRoom { kYes, kNo };

  DeafListener(std::uint16_t port, HasRoom has_room) {
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK + 1);
    address.sin_port = htons(port);
    const auto* where = reinterpret_cast<const sockaddr*>(&address);
    sockets_.push_back(::socket(AF_INET, SOCK_STREAM, 0));
    EXPECT_EQ(::bind(sockets_.front(), where, sizeof(address)), 0);
    EXPECT_EQ(::listen(sockets_.front(), has_room == HasRoom::kYes ? 16 : 0), 0);
    if (has_room == HasRoom::kYes) return;
    for (int count = 0; count < 4; ++count) {
      sockets_.push_back(::socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0));
      // It is under way, or has no room: either is what is wanted.
      static_cast<void>(::connect(sockets_.back(), where, sizeof(address)));
    }
  }
  ~DeafListener() {
    for (const int socket : sockets_) ::close(socket);
  }
  DeafListener(const DeafListener&) = delete;
  DeafListener& operator=(const DeafListener&) = delete;

 private:
  std::vector<int> sockets_;
};

class ClientConnectionTest : public HttpClientRig {
 protected:
  static Task<Result<Addresses>> Resolve(std::string, Addresses addresses) { co_return addresses; }
  static Task<Result<Addresses>> NeverResolve(std::string) {
    auto executor = co_await asio::this_coro::executor;
    Signal never(executor);
    co_await never.Wait();
    co_return Addresses();
  }

  void ResolveWith(ResolveName resolve) {
    HttpClientOptions options;
    options.resolve = std::move(resolve);
    client_ = std::make_unique<HttpClient>(loop_.get_executor(), clock_, options);
  }
  // Every name is at 127.0.0.2 first, and then at 127.0.0.1.
  void ResolveToTwo() {
    const Addresses both = {asio::ip::make_address("127.0.0.2"),
                            asio::ip::make_address("127.0.0.1")};
    ResolveWith([both](std::string host) { return Resolve(host, both); });
  }
  static std::string ByName(const FakeUpstream& upstream) {
    return "http://two.example:" + std::to_string(upstream.port());
  }
};

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

TEST_F(ClientConnectionTest, StopsWaitingForAName) {
  ResolveWith(NeverResolve);
  ClientRequest request = To("http://slow.example");
  request.timeouts.connect = 10ms;
  auto body = Fetch(std::move(request));
  ASSERT_FALSE(body);
  EXPECT_EQ(body.error().code, ErrorCode::kConnectTimeout);
  EXPECT_THAT(body.error().message, HasSubstr("name of http://slow.example"));
}

TEST_F(ClientConnectionTest, StopsWaitingForAConnection) {
  FakeUpstream gives_a_port;
  const DeafListener deaf(gives_a_port.port(), DeafListener::HasRoom::kNo);
  ClientRequest request = To("http://127.0.0.2:" + std::to_string(gives_a_port.port()));
  request.timeouts.connect = 10ms;
  auto body = Fetch(std::move(request));
  ASSERT_FALSE(body);
  EXPECT_EQ(body.error().code, ErrorCode::kConnectTimeout);
  EXPECT_THAT(body.error().message, HasSubstr("connect of"));
}

TEST_F(ClientConnectionTest, LeavesAnAddressThatSwallowsEverythingForTheNextOne) {
  FakeUpstream upstream;
  upstream.Answer(TextAnswer("second"));
  const DeafListener deaf(upstream.port(), DeafListener::HasRoom::kNo);
  ResolveToTwo();
  // Its share of an hour is half an hour; the attempt ends after kConnectAttemptTimeout.
  ClientRequest request = To(ByName(upstream));
  request.timeouts.connect = 1h;
  asio::steady_timer soon(loop_, 20ms);
  soon.async_wait([this](boost::system::error_code) {
    clock_.Jump(std::chrono::ceil<std::chrono::seconds>(limits::kConnectAttemptTimeout));
  });
  auto body = Fetch(std::move(request));
  ASSERT_TRUE(body) << body.error().message;
  EXPECT_EQ(*body, "second");
}

TEST_F(ClientConnectionTest, TriesAnAddressLastThatFailedBefore) {
  FakeUpstream upstream;
  FakeAnswer closing = TextAnswer("second");
  closing.is_kept_alive = false;
  upstream.Answer(closing);
  ResolveToTwo();
  ASSERT_TRUE(Fetch(To(ByName(upstream))));
  // Now the first address would take the connection and say nothing.
  const DeafListener deaf(upstream.port(), DeafListener::HasRoom::kYes);
  auto body = Fetch(To(ByName(upstream)));
  ASSERT_TRUE(body) << body.error().message;
  EXPECT_EQ(upstream.connections(), 2u);
}

TEST_F(ClientConnectionTest, StopsWaitingForATlsHandshake) {
  FakeUpstream upstream;  // plain: it waits for a request as we wait for its hello
  ClientRequest request = To("https://127.0.0.1:" + std::to_string(upstream.port()));
  request.timeouts.connect = 10ms;
  auto body = Fetch(std::move(request));
  ASSERT_FALSE(body);
  EXPECT_EQ(body.error().code, ErrorCode::kConnectTimeout);
  EXPECT_THAT(body.error().message, HasSubstr("TLS of"));
}

}  // namespace
}  // namespace nat
