#include "net/http_client.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <boost/asio/io_context.hpp>

#include "tests/support/fake_answers.h"
#include "tests/support/fake_upstream.h"
#include "tests/support/run_task.h"

namespace nat {
namespace {

using namespace std::chrono_literals;
using testing::HasSubstr;
using testing::Not;

// The system's time, moved on by hand.
class JumpingClock final : public Clock {
 public:
  Time Now() const override { return system_.Now(); }
  SteadyTime SteadyNow() const override { return system_.SteadyNow() + ahead_; }
  Task<void> SleepUntil(SteadyTime when) override { co_await system_.SleepUntil(when - ahead_); }
  void Jump(std::chrono::seconds by) { ahead_ += by; }

 private:
  SystemClock system_;
  std::chrono::seconds ahead_{0};
};

FakeAnswer TextAnswer(const std::string& text) {
  FakeAnswer answer = JsonAnswer(200, text);
  answer.headers = {{"Content-Type", "text/plain"}};
  return answer;
}

class HttpClientTest : public testing::Test {
 protected:
  ClientRequest To(const std::string& url) {
    ClientRequest request;
    request.method = "POST";
    request.url = *ParseUrl(url);
    request.body = "body";
    return request;
  }

  Result<ClientResponse> Send(ClientRequest request) {
    auto task = client_->Send(std::move(request));
    return RunTask(loop_, std::move(task));
  }

  Result<std::string> ReadBody(ClientResponse& response) {
    auto task = ReadWhole(*response.body, limits::kUpstreamBodyBytesMax);
    return RunTask(loop_, std::move(task));
  }

  // The whole body of the answer to a request, or what went wrong on the way.
  Result<std::string> Fetch(ClientRequest request) {
    auto response = Send(std::move(request));
    if (!response) return response.error();
    return ReadBody(*response);
  }

  void Trust(const std::string& ca_file) {
    HttpClientOptions options;
    options.ca_file = ca_file;
    client_ = std::make_unique<HttpClient>(loop_.get_executor(), clock_, options);
  }

  asio::io_context loop_;
  JumpingClock clock_;
  std::unique_ptr<HttpClient> client_ =
      std::make_unique<HttpClient>(loop_.get_executor(), clock_, HttpClientOptions());
};

TEST_F(HttpClientTest, SaysThatNobodyListens) {
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

TEST_F(HttpClientTest, SaysThatANameIsUnknown) {
  auto body = Fetch(To("http://no-such-host.invalid/"));
  ASSERT_FALSE(body);
  EXPECT_EQ(body.error().code, ErrorCode::kUpstream);
  EXPECT_THAT(body.error().message, HasSubstr("name of http://no-such-host.invalid"));
}

TEST_F(HttpClientTest, StopsWaitingForAHead) {
  FakeUpstream upstream;
  upstream.Answer(SilentAnswer());
  ClientRequest request = To(upstream.origin());
  request.timeouts.first_byte = 10ms;
  auto body = Fetch(std::move(request));
  ASSERT_FALSE(body);
  EXPECT_EQ(body.error().code, ErrorCode::kTimeout);
  EXPECT_THAT(body.error().message, HasSubstr("head of"));
  EXPECT_TRUE(upstream.WaitForDepartures(1));
}

TEST_F(HttpClientTest, StopsWaitingForTheFirstByteOfABody) {
  FakeUpstream upstream;
  FakeAnswer silent = StreamOf({});
  silent.ending = FakeEnding::kHang;
  upstream.Answer(silent);
  ClientRequest request = To(upstream.origin());
  request.timeouts.first_byte = 500ms;
  request.timeouts.between_bytes = 1h;
  auto response = Send(std::move(request));
  ASSERT_TRUE(response);
  auto body = ReadBody(*response);
  ASSERT_FALSE(body);
  EXPECT_EQ(body.error().code, ErrorCode::kTimeout);
  EXPECT_THAT(body.error().message, HasSubstr("body of"));
}

TEST_F(HttpClientTest, StopsWaitingBetweenBytes) {
  FakeUpstream upstream;
  FakeAnswer stalled = StreamOf({"piece"});
  stalled.ending = FakeEnding::kHang;
  upstream.Answer(stalled);
  ClientRequest request = To(upstream.origin());
  request.timeouts.between_bytes = 10ms;
  auto body = Fetch(std::move(request));
  ASSERT_FALSE(body);
  EXPECT_EQ(body.error().code, ErrorCode::kTimeout);
}

TEST_F(HttpClientTest, StopsWaitingForATlsHandshake) {
  FakeUpstream upstream;  // plain: it waits for a request as we wait for its hello
  ClientRequest request = To("https://127.0.0.1:" + std::to_string(upstream.port()));
  request.timeouts.connect = 10ms;
  auto body = Fetch(std::move(request));
  ASSERT_FALSE(body);
  EXPECT_EQ(body.error().code, ErrorCode::kTimeout);
  EXPECT_THAT(body.error().message, HasSubstr("TLS of"));
}

TEST_F(HttpClientTest, DoesNotHurryWhoeverReadsTheBody) {
  FakeUpstream upstream;
  upstream.Answer(TextAnswer("patience"));
  auto response = Send(To(upstream.origin()));
  ASSERT_TRUE(response);
  clock_.Jump(3'600s);
  loop_.run_for(2 * 100ms);
  auto body = ReadBody(*response);
  ASSERT_TRUE(body) << body.error().message;
  EXPECT_EQ(*body, "patience");
}

TEST_F(HttpClientTest, TakesABodyThatEndsTooEarlyForBroken) {
  for (const auto framing : {FakeFraming::kChunked, FakeFraming::kLength}) {
    for (const auto ending : {FakeEnding::kCut, FakeEnding::kReset}) {
      FakeUpstream upstream;
      FakeAnswer cut = TextAnswer("half");
      cut.framing = framing;
      cut.ending = ending;
      upstream.Answer(cut);
      auto body = Fetch(To(upstream.origin()));
      ASSERT_FALSE(body);
      EXPECT_EQ(body.error().code, ErrorCode::kUpstream);
    }
  }
}

TEST_F(HttpClientTest, TakesBrokenFramingForAnError) {
  const std::string answers[] = {
      "",
      "SSH-2.0-OpenSSH_9.2\r\n",
      "HTTP/1.1 200 OK\r\nContent-Le",
      "HTTP/1.1 banana\r\n\r\n",
      "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\nhello\r\n",
      "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhelloworld\r\n",
      "HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: 0\r\n\r\n",
      "HTTP/1.1 101 Switching Protocols\r\n\r\n",
  };
  for (const auto& bytes : answers) {
    FakeUpstream upstream;
    upstream.Answer(RawAnswer(bytes));
    auto body = Fetch(To(upstream.origin()));
    ASSERT_FALSE(body) << bytes;
    EXPECT_EQ(body.error().code, ErrorCode::kUpstream) << bytes;
    EXPECT_THAT(body.error().message, Not(HasSubstr("hello"))) << bytes;
  }
}

TEST_F(HttpClientTest, RefusesACertificateOfAnUnknownAuthority) {
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

TEST_F(HttpClientTest, RefusesACertificateForAnotherHost) {
  FakeUpstream upstream(FakeTransport::kTls, 0, {"elsewhere.example"});
  upstream.Answer(TextAnswer("secret"));
  Trust(upstream.ca_file());
  auto body = Fetch(To(upstream.origin()));
  ASSERT_FALSE(body);
  EXPECT_EQ(body.error().code, ErrorCode::kUpstream);
  EXPECT_TRUE(upstream.requests().empty());
}

TEST_F(HttpClientTest, SaysThatTheAuthoritiesCannotBeLoaded) {
  Trust("/nowhere/authority.pem");
  auto plain = std::make_unique<FakeUpstream>();
  auto body = Fetch(To("https://127.0.0.1:" + std::to_string(plain->port())));
  ASSERT_FALSE(body);
  EXPECT_THAT(body.error().message, HasSubstr("/nowhere/authority.pem"));
}

TEST_F(HttpClientTest, SpeaksTlsWithANameAndWithAnAddress) {
  FakeUpstream upstream(FakeTransport::kTls);
  upstream.Answer(TextAnswer("over TLS"));
  Trust(upstream.ca_file());
  for (const std::string host : {"127.0.0.1", "localhost"}) {
    auto body = Fetch(To("https://" + host + ":" + std::to_string(upstream.port()) + "/"));
    ASSERT_TRUE(body) << body.error().message;
    EXPECT_EQ(*body, "over TLS");
  }
}

TEST_F(HttpClientTest, TakesATruncatedTlsBodyForBroken) {
  FakeUpstream upstream(FakeTransport::kTls);
  FakeAnswer cut = TextAnswer("half");
  cut.framing = FakeFraming::kUntilClose;
  cut.ending = FakeEnding::kCut;
  upstream.Answer(cut);
  Trust(upstream.ca_file());
  EXPECT_FALSE(Fetch(To(upstream.origin())));
}

TEST_F(HttpClientTest, ReadsEveryFramingHoweverItIsCut) {
  for (const auto transport : {FakeTransport::kPlain, FakeTransport::kTls}) {
    FakeUpstream upstream(transport);
    Trust(upstream.ca_file());
    for (const auto framing :
         {FakeFraming::kChunked, FakeFraming::kLength, FakeFraming::kUntilClose}) {
      for (const std::size_t bytes_per_write : {0, 1, 7}) {
        FakeAnswer answer = TextAnswer("");
        answer.framing = framing;
        answer.pieces = {"Hello", ", ", "w\xC3\xB6rld", std::string(300, '!')};
        answer.bytes_per_write = bytes_per_write;
        upstream.Answer(answer);
        auto body = Fetch(To(upstream.origin()));
        ASSERT_TRUE(body) << body.error().message;
        EXPECT_EQ(*body, "Hello, w\xC3\xB6rld" + std::string(300, '!'));
      }
    }
  }
}

TEST_F(HttpClientTest, ReadsABodyLargerThanItsBuffers) {
  FakeUpstream upstream;
  const std::string large(3'000'000, 'x');
  FakeAnswer answer = StreamOf({large});
  upstream.Answer(answer);
  auto body = Fetch(To(upstream.origin()));
  ASSERT_TRUE(body);
  EXPECT_EQ(body->size(), large.size());
}

TEST_F(HttpClientTest, BoundsABodyThatIsReadWhole) {
  FakeUpstream upstream;
  upstream.Answer(TextAnswer("four"));
  auto response = Send(To(upstream.origin()));
  auto task = ReadWhole(*response->body, 3);
  EXPECT_FALSE(RunTask(loop_, std::move(task)));
}

TEST_F(HttpClientTest, SkipsInterimResponses) {
  FakeUpstream upstream;
  upstream.Answer(
      RawAnswer("HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 Early Hints\r\nLink: </x>\r\n\r\n"
                "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nfinal"));
  auto body = Fetch(To(upstream.origin()));
  ASSERT_TRUE(body) << body.error().message;
  EXPECT_EQ(*body, "final");
}

TEST_F(HttpClientTest, GivesUpOnEndlessInterimResponses) {
  FakeUpstream upstream;
  std::string endless;
  for (int count = 0; count < 100; ++count) endless += "HTTP/1.1 100 Continue\r\n\r\n";
  upstream.Answer(RawAnswer(endless));
  EXPECT_FALSE(Fetch(To(upstream.origin())));
}

TEST_F(HttpClientTest, HandsOutPiecesAsTheyArrive) {
  FakeUpstream upstream;
  FakeAnswer answer = StreamOf({"one", "two"});
  answer.gate = std::make_shared<FakeGate>();
  upstream.Answer(answer);
  auto response = Send(To(upstream.origin()));
  ASSERT_TRUE(response);
  for (const std::string expected : {"one", "two"}) {
    answer.gate->LetPass(1);
    auto next = response->body->Next();
    auto piece = RunTask(loop_, std::move(next));
    ASSERT_TRUE(piece);
    EXPECT_EQ(*piece, expected);
  }
}

TEST_F(HttpClientTest, ClosesTheConnectionOfABodyThatIsDropped) {
  FakeUpstream upstream;
  FakeAnswer endless = StreamOf({"piece"});
  endless.ending = FakeEnding::kHang;
  upstream.Answer(endless);
  auto response = Send(To(upstream.origin()));
  ASSERT_TRUE(response);
  response->body.reset();
  EXPECT_TRUE(upstream.WaitForDepartures(1));
}

TEST_F(HttpClientTest, ClosesTheConnectionOfACancelledRequest) {
  FakeUpstream upstream;
  upstream.Answer(SilentAnswer());
  auto task = client_->Send(To(upstream.origin()));
  auto limited = WithTimeout(clock_, std::move(task), 20ms);
  auto response = RunTask(loop_, std::move(limited));
  ASSERT_FALSE(response);
  EXPECT_TRUE(upstream.WaitForDepartures(1));
}

TEST_F(HttpClientTest, UsesAConnectionAgain) {
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

TEST_F(HttpClientTest, DoesNotUseAConnectionAgainThatTheServerWillClose) {
  FakeUpstream upstream;
  FakeAnswer closing = TextAnswer("bye");
  closing.is_kept_alive = false;
  upstream.Answer(closing);
  ASSERT_TRUE(Fetch(To(upstream.origin())));
  ASSERT_TRUE(Fetch(To(upstream.origin())));
  EXPECT_EQ(upstream.connections(), 2u);
}

TEST_F(HttpClientTest, ReplacesAConnectionThatWasClosedWhileItWaited) {
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

TEST_F(HttpClientTest, ReplacesAKeptConnectionThatClosesAtTheNextRequest) {
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

TEST_F(HttpClientTest, DoesNotRepeatARequestOnAFreshConnection) {
  FakeUpstream upstream;
  upstream.Answer(RawAnswer(""));
  EXPECT_FALSE(Fetch(To(upstream.origin())));
  EXPECT_EQ(upstream.requests().size(), 1u);
}

TEST_F(HttpClientTest, ClosesKeptConnectionsAfterAWhile) {
  FakeUpstream upstream;
  upstream.Answer(TextAnswer("once"));
  ASSERT_TRUE(Fetch(To(upstream.origin())));
  clock_.Jump(31s);
  loop_.restart();
  loop_.run_for(2s);  // ends as soon as no connection is left
  EXPECT_TRUE(loop_.stopped());
  EXPECT_TRUE(upstream.WaitForDepartures(1));
}

TEST_F(HttpClientTest, ClosesKeptConnectionsWhenAsked) {
  FakeUpstream upstream;
  upstream.Answer(TextAnswer("once"));
  ASSERT_TRUE(Fetch(To(upstream.origin())));
  client_->CloseIdle();
  EXPECT_TRUE(upstream.WaitForDepartures(1));
}

TEST_F(HttpClientTest, LetsABodyOutliveItsClient) {
  FakeUpstream upstream;
  FakeAnswer answer = StreamOf({"one", "two"});
  answer.gate = std::make_shared<FakeGate>();
  upstream.Answer(answer);
  auto response = Send(To(upstream.origin()));
  ASSERT_TRUE(response);
  client_.reset();
  answer.gate->OpenForGood();
  auto body = ReadBody(*response);
  ASSERT_TRUE(body);
  EXPECT_EQ(*body, "onetwo");
}

TEST_F(HttpClientTest, SendsHeadersAndBody) {
  FakeUpstream upstream;
  upstream.Answer(TextAnswer("ok"));
  ClientRequest request = To(upstream.origin() + "/path?x=1");
  request.headers.Add("X-Own", "value");
  ASSERT_TRUE(Fetch(std::move(request)));
  const auto sent = upstream.requests().at(0);
  EXPECT_EQ(sent.method, "POST");
  EXPECT_EQ(sent.target, "/path?x=1");
  EXPECT_EQ(sent.body, "body");
  EXPECT_EQ(sent.headers.at("x-own"), "value");
  EXPECT_EQ(sent.headers.at("accept-encoding"), "identity");
}

}  // namespace
}  // namespace nat
