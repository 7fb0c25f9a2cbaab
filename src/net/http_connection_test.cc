#include "net/http_connection.h"

#include <gtest/gtest.h>

#include <atomic>
#include <deque>
#include <memory>
#include <stdexcept>
#include <string>
#include <thread>

#include "tests/support/http_server_rig.h"

namespace nat {
namespace {

using testing::HttpServerRig;
using testing::RawClient;

Task<Response> Echo(Request request) {
  Response response;
  response.body = request.method + " " + request.path + "?" + request.query + " " + request.body;
  co_return response;
}

Task<Response> ThrowOnce(std::shared_ptr<int> calls) {
  if (++*calls == 1) throw std::runtime_error("a bug");
  co_return Response();
}

Task<Response> Give(std::shared_ptr<Response> response) {
  co_return std::move(*response);
}

std::string Get(const std::string& path) {
  return "GET " + path + " HTTP/1.1\r\nHost: h\r\n\r\n";
}

class HttpAnswers : public HttpServerRig {
 protected:
  // Answers one request with `response`.
  void StartGiving(Response response, HttpLimits limits = HttpLimits()) {
    auto shared = std::make_shared<Response>(std::move(response));
    Start([shared](Request) { return Give(shared); }, limits);
  }
};

TEST_F(HttpAnswers, SurviveAHandlerThatThrows) {
  auto calls = std::make_shared<int>(0);
  Start([calls](Request) { return ThrowOnce(calls); });
  RawClient client(port());
  client.Send(Get("/") + Get("/"));
  const auto fault = client.ReadAnswer();
  EXPECT_EQ(fault.status, 500);
  EXPECT_EQ(fault.body, "a handler threw: a bug");
  EXPECT_EQ(client.ReadAnswer().status, 200);
}

TEST_F(HttpAnswers, EndForAPeerThatDoesNotReadThem) {
  Response response;
  response.body = std::string(32'000'000, 'x');
  StartGiving(std::move(response), Impatient());
  RawClient client(port());
  client.Send(Get("/"));
  EXPECT_TRUE(Eventually([&] { return connections() == 1; }));
  EXPECT_TRUE(HasNoConnections());
  EXPECT_FALSE(client.ReadAnswer().is_whole);
}

TEST_F(HttpAnswers, SurviveAPeerThatResetsWhileTheyAreSent) {
  Response response;
  response.body = std::string(32'000'000, 'x');
  StartGiving(std::move(response));
  RawClient client(port());
  client.Send(Get("/"));
  ASSERT_TRUE(client.Take(1'000'000));
  client.Reset();
  EXPECT_TRUE(HasNoConnections());
}

TEST_F(HttpAnswers, ReachAClientThatHasStoppedSending) {
  Start(Echo);
  RawClient client(port());
  client.Send("POST /x?y HTTP/1.1\r\nHost: h\r\nContent-Length: 3\r\n\r\nabc");
  client.CloseSending();
  EXPECT_EQ(client.ReadAnswer().body, "POST /x?y abc");
  EXPECT_TRUE(client.IsClosed());
}

TEST_F(HttpAnswers, ComeInTheOrderOfPipelinedRequests) {
  Start(Echo);
  RawClient client(port());
  std::string requests;
  for (int count = 0; count < 1000; ++count) requests += Get("/" + std::to_string(count));
  std::thread sender([&] { client.Send(requests); });
  for (int count = 0; count < 1000; ++count) {
    EXPECT_EQ(client.ReadAnswer().body, "GET /" + std::to_string(count) + "? ");
  }
  sender.join();
}

TEST_F(HttpAnswers, AreTheSameHoweverTheRequestIsCut) {
  Start(Echo);
  RawClient client(port());
  for (const char byte : std::string("POST / HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n"
                                     "\r\n2\r\nab\r\n1\r\nc\r\n0\r\n\r\n")) {
    ASSERT_TRUE(client.Send(std::string(1, byte)));
  }
  EXPECT_EQ(client.ReadAnswer().body, "POST /? abc");
}

TEST_F(HttpAnswers, KeepAConnectionOfHttp11AndCloseOneOfHttp10) {
  Start(Echo);
  RawClient modern(port());
  for (int count = 0; count < 3; ++count) {
    modern.Send(Get("/"));
    const auto answer = modern.ReadAnswer();
    EXPECT_EQ(answer.status, 200);
    EXPECT_EQ(RawClient::Field(answer.head, "Connection"), std::nullopt);
    EXPECT_TRUE(RawClient::Field(answer.head, "Date"));
  }
  modern.Send("GET / HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n");
  EXPECT_EQ(RawClient::Field(modern.ReadAnswer().head, "Connection"), "close");
  EXPECT_TRUE(modern.IsClosed());

  RawClient old(port());
  old.Send("GET / HTTP/1.0\r\nConnection: keep-alive\r\n\r\n");
  EXPECT_EQ(RawClient::Field(old.ReadAnswer().head, "Connection"), "keep-alive");
  old.Send("GET / HTTP/1.0\r\n\r\n");
  EXPECT_EQ(old.ReadAnswer().status, 200);
  EXPECT_TRUE(old.IsClosed());
}

TEST_F(HttpAnswers, AskForABodyThatAClientHoldsBack) {
  Start(Echo);
  RawClient client(port());
  client.Send("POST / HTTP/1.1\r\nHost: h\r\nExpect: 100-continue\r\nContent-Length: 3\r\n\r\n");
  EXPECT_EQ(client.ReadAnswer().status, 100);
  client.Send("abc");
  EXPECT_EQ(client.ReadAnswer().body, "POST /? abc");
}

TEST_F(HttpAnswers, DoNotAskForABodyThatIsThere) {
  Start(Echo);
  RawClient client(port());
  client.Send("POST / HTTP/1.1\r\nHost: h\r\nExpect: 100-continue\r\nContent-Length: 3\r\n\r\nabc");
  EXPECT_EQ(client.ReadAnswer().status, 200);
}

TEST_F(HttpAnswers, HaveNoBodyForHeadNorFor204) {
  Start(Echo);
  RawClient client(port());
  client.Send("HEAD /long HTTP/1.1\r\nHost: h\r\n\r\n");
  const auto head = client.ReadAnswerTo("HEAD");
  EXPECT_EQ(RawClient::Field(head.head, "Content-Length"), "12");
  client.Send(Get("/"));
  EXPECT_EQ(client.ReadAnswer().body, "GET /? ");
}

TEST_F(HttpAnswers, Of204HaveNeitherBodyNorLength) {
  Response response;
  response.status = 204;
  response.body = "not to be sent";
  StartGiving(std::move(response));
  RawClient client(port());
  client.Send("GET / HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n");
  const auto answer = client.ReadAnswer();
  EXPECT_EQ(answer.status, 204);
  EXPECT_EQ(RawClient::Field(answer.head, "Content-Length"), std::nullopt);
  EXPECT_TRUE(client.IsClosed());
}

TEST_F(HttpAnswers, KnowThePeerAndLeaveUnknownMethodsToTheHandler) {
  struct Peer {
    static Task<Response> Answer(Request request) {
      Response response;
      response.status = 405;
      response.body = request.method + " from " + request.peer_address;
      co_return response;
    }
  };
  Start(Peer::Answer);
  RawClient client(port());
  client.Send("BREW / HTTP/1.1\r\nHost: h\r\n\r\n");
  EXPECT_EQ(client.ReadAnswer().body, "BREW from 127.0.0.1");
}

// A stream that the test feeds. Everything happens on the loop.
struct Feed {
  explicit Feed(asio::any_io_executor executor) : changed(std::move(executor)) {}

  Signal changed;
  std::deque<std::string> pieces;
  bool has_ended = false;
  bool has_failed = false;
  std::atomic<bool> is_dropped = false;
};

class FedStream final : public BodyStream {
 public:
  explicit FedStream(Feed& feed) : feed_(feed) {}
  ~FedStream() override { feed_.is_dropped = true; }

  Task<Result<std::optional<std::string>>> Next() override {
    while (feed_.pieces.empty() && !feed_.has_ended && !feed_.has_failed) {
      co_await feed_.changed.Wait();
    }
    if (feed_.has_failed) co_return Error(ErrorCode::kUpstream, "the feed broke");
    if (feed_.pieces.empty()) co_return std::optional<std::string>();
    std::optional<std::string> piece = std::move(feed_.pieces.front());
    feed_.pieces.pop_front();
    co_return piece;
  }

 private:
  Feed& feed_;
};

class HttpStreams : public HttpServerRig {
 protected:
  HttpStreams() : feed_(loop_.executor()) {}

  void StartStreaming(HttpLimits limits = HttpLimits()) {
    Start([this](Request request) { return Answer(feed_, std::move(request)); }, limits);
  }
  // "/" is the stream, everything else is echoed.
  static Task<Response> Answer(Feed& feed, Request request) {
    Response response;
    if (request.path == "/") response.stream = std::make_unique<FedStream>(feed);
    response.body = request.path;
    co_return response;
  }
  void Say(const std::string& piece) {
    loop_.Run([&] {
      feed_.pieces.push_back(piece);
      feed_.changed.NotifyAll();
    });
  }
  void End() {
    loop_.Run([&] {
      feed_.has_ended = true;
      feed_.changed.NotifyAll();
    });
  }
  void Fail() {
    loop_.Run([&] {
      feed_.has_failed = true;
      feed_.changed.NotifyAll();
    });
  }

  Feed feed_;
};

TEST_F(HttpStreams, AreCutShortInSightOfTheClientWhenTheyFail) {
  StartStreaming();
  RawClient client(port());
  client.Send(Get("/"));
  Say("some");
  ASSERT_TRUE(client.ReadThrough("\r\n\r\n4\r\nsome\r\n"));
  Fail();
  EXPECT_TRUE(client.IsClosed());
  EXPECT_TRUE(feed_.is_dropped);
}

TEST_F(HttpStreams, AreDroppedWhenThePeerLeavesWhileTheyWait) {
  StartStreaming();
  RawClient client(port());
  client.Send(Get("/"));
  ASSERT_TRUE(client.ReadThrough("\r\n\r\n"));
  client.Close();
  EXPECT_TRUE(Eventually([&] { return feed_.is_dropped.load(); }));
}

TEST_F(HttpStreams, AreDroppedWhenThePeerResets) {
  StartStreaming();
  RawClient client(port());
  client.Send(Get("/"));
  Say("some");
  ASSERT_TRUE(client.ReadThrough("some\r\n"));
  client.Reset();
  EXPECT_TRUE(Eventually([&] { return feed_.is_dropped.load(); }));
}

TEST_F(HttpStreams, EndForAPeerThatDoesNotReadThem) {
  StartStreaming(Impatient());
  RawClient client(port());
  client.Send(Get("/"));
  ASSERT_TRUE(client.ReadThrough("\r\n\r\n"));
  for (int count = 0; count < 32; ++count) Say(std::string(1'000'000, 'x'));
  EXPECT_TRUE(Eventually([&] { return feed_.is_dropped.load(); }));
}

TEST_F(HttpStreams, SendTheHeadBeforeThereIsAPiece) {
  StartStreaming();
  RawClient client(port());
  client.Send(Get("/"));
  const auto head = client.ReadThrough("\r\n\r\n");
  ASSERT_TRUE(head);
  EXPECT_EQ(RawClient::Field(*head, "Transfer-Encoding"), "chunked");
  EXPECT_EQ(RawClient::Field(*head, "Content-Length"), std::nullopt);
}

TEST_F(HttpStreams, SendTheHeadTogetherWithAPieceThatIsThere) {
  StartStreaming();
  Say("one");
  RawClient client(port());
  client.Send(Get("/"));
  // What was sent at once arrives at once.
  const auto first = client.ReadOnce();
  EXPECT_NE(first.find("\r\n\r\n3\r\none\r\n"), std::string::npos) << first;
}

TEST_F(HttpStreams, SendEachPieceAsAChunkAndKeepTheConnection) {
  StartStreaming();
  RawClient client(port());
  client.Send(Get("/"));
  for (const char* piece : {"one", "two", "three"}) Say(piece);
  End();
  const auto answer = client.ReadAnswer();
  EXPECT_TRUE(answer.is_whole);
  EXPECT_EQ(answer.body, "onetwothree");
  EXPECT_EQ(answer.chunk_count, 3U);
  client.Send(Get("/next"));
  EXPECT_EQ(client.ReadAnswer().body, "/next");
}

TEST_F(HttpStreams, AnswerWhatWasPipelinedMeanwhileHoweverMuchItIs) {
  HttpLimits limits;
  limits.pipelined_bytes_max = 8'000;
  StartStreaming(limits);
  RawClient client(port());
  client.Send(Get("/"));
  ASSERT_TRUE(client.ReadThrough("\r\n\r\n"));
  std::string requests;
  for (int count = 0; count < 2000; ++count) requests += Get("/" + std::to_string(count));
  std::thread sender([&] { client.Send(requests); });
  Say("piece");
  ASSERT_TRUE(client.ReadThrough("5\r\npiece\r\n"));
  End();
  ASSERT_TRUE(client.ReadThrough("0\r\n\r\n"));
  for (int count = 0; count < 2000; ++count) {
    EXPECT_EQ(client.ReadAnswer().body, "/" + std::to_string(count));
  }
  sender.join();
}

TEST_F(HttpStreams, RunUntilTheCloseForHttp10) {
  StartStreaming();
  RawClient client(port());
  client.Send("GET / HTTP/1.0\r\nConnection: keep-alive\r\n\r\n");
  Say("one");
  Say("two");
  End();
  const auto answer = client.ReadAnswer();
  EXPECT_EQ(answer.body, "onetwo");
  EXPECT_EQ(RawClient::Field(answer.head, "Transfer-Encoding"), std::nullopt);
  EXPECT_EQ(RawClient::Field(answer.head, "Connection"), "close");
}

TEST_F(HttpStreams, AreDroppedUnreadForHead) {
  StartStreaming();
  RawClient client(port());
  client.Send("HEAD / HTTP/1.1\r\nHost: h\r\n\r\n" + Get("/next"));
  EXPECT_EQ(client.ReadAnswerTo("HEAD").status, 200);
  EXPECT_EQ(client.ReadAnswer().body, "/next");
  EXPECT_TRUE(feed_.is_dropped);
}

}  // namespace
}  // namespace nat
