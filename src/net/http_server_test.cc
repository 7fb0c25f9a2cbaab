#include "net/http_server.h"

#include <gtest/gtest.h>
#include <sys/resource.h>
#include <unistd.h>

#include <atomic>
#include <future>
#include <memory>
#include <string>

#include "tests/support/http_server_rig.h"

namespace nat {
namespace {

using testing::HttpServerRig;
using testing::RawClient;
using namespace std::chrono_literals;

// Gives back what it got: "METHOD path?query body".
Task<Response> Echo(Request request) {
  Response response;
  response.body = request.method + " " + request.path + "?" + request.query + " " + request.body;
  co_return response;
}

class HttpServerRefuses : public HttpServerRig {
 protected:
  // The handler must never see what is refused.
  void StartRefusing(HttpLimits limits = HttpLimits()) {
    Start(
        [this](Request request) {
          ++handled_;
          return Echo(std::move(request));
        },
        limits);
  }
  // Sends the bytes; the status of the answer, behind which the connection must be closed.
  int StatusOf(const std::string& bytes) {
    RawClient client(port());
    client.Send(bytes);
    const auto answer = client.ReadAnswer();
    EXPECT_TRUE(answer.is_whole);
    EXPECT_EQ(RawClient::Field(answer.head, "Connection"), "close");
    client.CloseSending();
    EXPECT_TRUE(client.IsClosed());
    EXPECT_EQ(handled_, 0);
    return answer.status;
  }

  std::atomic<int> handled_ = 0;
};

TEST_F(HttpServerRefuses, BytesThatAreNoHttp) {
  StartRefusing();
  EXPECT_EQ(StatusOf("\x16\x03\x01\x02\x01 what is this\r\n\r\n"), 400);
  EXPECT_EQ(StatusOf(std::string(100, '\0')), 400);
}

TEST_F(HttpServerRefuses, ARequestWithTwoReadings) {
  StartRefusing();
  EXPECT_EQ(StatusOf("POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 5\r\n"
                     "Transfer-Encoding: chunked\r\n\r\n0\r\n\r\nGET /smuggled HTTP/1.1\r\n\r\n"),
            400);
  EXPECT_EQ(StatusOf("POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 5\r\n"
                     "Content-Length: 6\r\n\r\nhello!"),
            400);
}

TEST_F(HttpServerRefuses, APathThatClimbs) {
  StartRefusing();
  EXPECT_EQ(StatusOf("GET /a/..%2f..%2fetc/passwd HTTP/1.1\r\nHost: h\r\n\r\n"), 400);
}

TEST_F(HttpServerRefuses, ARequestWithoutAHost) {
  StartRefusing();
  EXPECT_EQ(StatusOf("GET / HTTP/1.1\r\n\r\n"), 400);
}

TEST_F(HttpServerRefuses, TenThousandHeaders) {
  StartRefusing();
  std::string head = "GET / HTTP/1.1\r\nHost: h\r\n";
  for (int count = 0; count < 10'000; ++count) head += "X-" + std::to_string(count) + ": y\r\n";
  EXPECT_EQ(StatusOf(head + "\r\n"), 431);
}

TEST_F(HttpServerRefuses, AnEndlessTarget) {
  StartRefusing();
  EXPECT_EQ(StatusOf("GET /" + std::string(100'000, 'a')), 431);
}

TEST_F(HttpServerRefuses, ATransferCodingItDoesNotKnow) {
  StartRefusing();
  EXPECT_EQ(StatusOf("POST / HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: gzip, chunked\r\n\r\n"),
            501);
}

TEST_F(HttpServerRefuses, BrokenChunks) {
  StartRefusing();
  EXPECT_EQ(StatusOf("POST / HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\nxyz\r\n"),
            400);
}

TEST_F(HttpServerRefuses, ABodyOverItsBoundInAWayThatCanBeRead) {
  HttpLimits limits;
  limits.body_bytes_max = 1000;
  StartRefusing(limits);
  const std::string large(2'000'000, 'x');
  EXPECT_EQ(StatusOf("POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 2000000\r\n\r\n" + large), 413);
  EXPECT_EQ(StatusOf("POST / HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n1e8480\r\n" +
                     large + "\r\n0\r\n\r\n"),
            413);
}

TEST_F(HttpServerRefuses, ALargeBodyBeforeTheClientSendsIt) {
  HttpLimits limits;
  limits.body_bytes_max = 1000;
  StartRefusing(limits);
  EXPECT_EQ(StatusOf("POST / HTTP/1.1\r\nHost: h\r\nExpect: 100-continue\r\n"
                     "Content-Length: 1001\r\n\r\n"),
            413);
}

TEST_F(HttpServerRefuses, ToReadABodyThatNeverEnds) {
  HttpLimits limits;
  limits.body_bytes_max = 1000;
  limits.body_drain_bytes_max = 1'000'000;
  StartRefusing(limits);
  RawClient client(port());
  client.Send("POST / HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n");
  const std::string chunk = "2710\r\n" + std::string(10'000, 'x') + "\r\n";
  int sent = 0;
  while (sent < 100'000 && client.Send(chunk)) ++sent;
  EXPECT_LT(sent, 100'000);
  EXPECT_EQ(handled_, 0);
}

TEST_F(HttpServerRefuses, ToWaitForAHeadThatDripsIn) {
  StartRefusing(Impatient());
  RawClient client(port());
  int sent = 0;
  client.Send("GET / HTTP/1.1\r\nX: ");
  while (sent < 10'000'000 && client.Send("y")) ++sent;
  EXPECT_TRUE(client.ReadAnswer().status == 0 || sent > 16'000);
  EXPECT_EQ(handled_, 0);
}

TEST_F(HttpServerRefuses, ToWaitForAPeerThatSaysNothing) {
  StartRefusing(Impatient());
  RawClient silent(port());
  RawClient half_head(port());
  half_head.Send("GET / HT");
  RawClient half_body(port());
  half_body.Send("POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 5\r\n\r\nabc");
  EXPECT_TRUE(silent.IsClosed());
  EXPECT_TRUE(half_head.IsClosed());
  EXPECT_TRUE(half_body.IsClosed());
  EXPECT_EQ(handled_, 0);
}

TEST_F(HttpServerRefuses, HalfARequestWhosePeerLeaves) {
  StartRefusing();
  RawClient client(port());
  client.Send("POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 5\r\n\r\nabc");
  client.CloseSending();
  EXPECT_TRUE(client.IsClosed());
  EXPECT_EQ(handled_, 0);
}

TEST_F(HttpServerRefuses, MoreConnectionsThanItsBoundAndSaysSo) {
  HttpLimits limits;
  limits.connections_max = 1;
  limits.refused_connections_max = 1;
  Start(Echo, limits);
  auto first = std::make_unique<RawClient>(port());
  first->Send("GET / HTTP/1.1\r\nHost: h\r\n\r\n");
  ASSERT_EQ(first->ReadAnswer().status, 200);
  for (int count = 0; count < 3; ++count) {
    RawClient second(port());
    second.Send("GET / HTTP/1.1\r\nHost: h\r\n\r\n");
    EXPECT_EQ(second.ReadAnswer().status, 503);
    second.CloseSending();
    EXPECT_TRUE(second.IsClosed());
  }
  first->Close();
  EXPECT_TRUE(HasNoConnections());
  RawClient third(port());
  third.Send("GET / HTTP/1.1\r\nHost: h\r\n\r\n");
  EXPECT_EQ(third.ReadAnswer().status, 200);
}

class HttpServerListens : public HttpServerRig {};

TEST_F(HttpServerListens, AndSaysWhichAddressIsTaken) {
  Start(Echo);
  loop_.Run([&] {
    HttpServerOptions options;
    options.port = port();
    options.refuse = [](const Request*, const Error&) { return Response(); };
    HttpServer other(loop_.executor(), clock_, tasks_, std::move(options), Echo);
    const auto listening = other.Listen();
    ASSERT_FALSE(listening);
    EXPECT_EQ(listening.error().code, ErrorCode::kUnavailable);
    EXPECT_NE(listening.error().message.find("Address already in use"), std::string::npos);
    EXPECT_NE(listening.error().message.find(std::to_string(port())), std::string::npos);
  });
}

TEST_F(HttpServerListens, OnlyOnAnIpAddress) {
  loop_.Run([&] {
    HttpServerOptions options;
    options.bind_address = "not an address";
    options.refuse = [](const Request*, const Error&) { return Response(); };
    HttpServer server(loop_.executor(), clock_, tasks_, std::move(options), Echo);
    EXPECT_FALSE(server.Listen());
  });
}

TEST_F(HttpServerListens, AgainAfterThereWereNoDescriptors) {
  Start(Echo);
  rlimit before;
  ASSERT_EQ(getrlimit(RLIMIT_NOFILE, &before), 0);
  const int next = dup(STDIN_FILENO);
  close(next);
  rlimit full = before;
  full.rlim_cur = static_cast<rlim_t>(next) + 1;  // room for the client's end of a connection
  ASSERT_EQ(setrlimit(RLIMIT_NOFILE, &full), 0);
  RawClient client(port());
  client.Send("GET / HTTP/1.1\r\nHost: h\r\n\r\n");
  EXPECT_EQ(connections(), 0U);
  ASSERT_EQ(setrlimit(RLIMIT_NOFILE, &before), 0);
  EXPECT_EQ(client.ReadAnswer().status, 200);
}

class HttpServerDrains : public HttpServerRig {};

TEST_F(HttpServerDrains, ByClosingIdleConnectionsAndThePort) {
  Start(Echo);
  RawClient idle(port());
  idle.Send("GET / HTTP/1.1\r\nHost: h\r\n\r\n");
  ASSERT_EQ(idle.ReadAnswer().status, 200);
  Drain(10s);
  EXPECT_TRUE(idle.IsClosed());
  EXPECT_FALSE(RawClient(port()).is_connected());
  EXPECT_EQ(connections(), 0U);
}

TEST_F(HttpServerDrains, AfterTheAnswerThatIsUnderWay) {
  Signal may_answer(loop_.executor());
  std::atomic<bool> has_begun = false;
  struct Slow {
    static Task<Response> Answer(Signal& may_answer, std::atomic<bool>& has_begun) {
      has_begun = true;
      co_await may_answer.Wait();
      Response response;
      response.body = "after all";
      co_return response;
    }
  };
  Start([&](Request) { return Slow::Answer(may_answer, has_begun); });
  RawClient client(port());
  client.Send("GET / HTTP/1.1\r\nHost: h\r\n\r\n");
  ASSERT_TRUE(Eventually([&] { return has_begun.load(); }));
  auto draining = std::async(std::launch::async, [&] { Drain(10s); });
  EXPECT_TRUE(Eventually([&] { return !RawClient(port()).is_connected(); }));
  loop_.Run([&] { may_answer.NotifyAll(); });
  const auto answer = client.ReadAnswer();
  EXPECT_EQ(answer.body, "after all");
  EXPECT_EQ(RawClient::Field(answer.head, "Connection"), "close");
  client.Close();
  draining.get();
  EXPECT_EQ(connections(), 0U);
}

TEST_F(HttpServerDrains, AndCutsAnAnswerThatNeverEnds) {
  Signal never(loop_.executor());
  std::atomic<bool> has_begun = false;
  struct Endless {
    static Task<Response> Answer(Signal& never, std::atomic<bool>& has_begun) {
      has_begun = true;
      for (;;) co_await never.Wait();
    }
  };
  Start([&](Request) { return Endless::Answer(never, has_begun); });
  RawClient client(port());
  client.Send("GET / HTTP/1.1\r\nHost: h\r\n\r\n");
  ASSERT_TRUE(Eventually([&] { return has_begun.load(); }));
  Drain(20ms);
  EXPECT_TRUE(client.IsClosed());
  EXPECT_EQ(connections(), 0U);
}

}  // namespace
}  // namespace nat
