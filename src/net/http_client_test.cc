#include "net/http_client.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/support/http_client_rig.h"

namespace nat {
namespace {

using namespace std::chrono_literals;
using ::testing::HasSubstr;
using ::testing::Not;

using HttpClientTest = HttpClientRig;

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

TEST_F(HttpClientTest, TakesBrokenFramingForAnError) {
  const std::string answers[] = {
      "",
      "SSH-2.0-OpenSSH_9.2\r\n",
      "HTTP/1.1 200 OK\r\nContent-Le",
      "HTTP/1.1 banana\r\n\r\n",
      "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\nhello\r\n",
      "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhelloworld\r\n",
      "HTTP/1.1 200 OK\r\nContent-Encoding: br\r\nContent-Length: 0\r\n\r\n",
      "HTTP/1.1 200 OK\r\nX: a" + std::string(1, '\0') + "b\r\nContent-Length: 0\r\n\r\n",
      "HTTP/1.1 200 OK\r\nX" + std::string(1, '\0') + ": a\r\nContent-Length: 0\r\n\r\n",
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

TEST_F(HttpClientTest, GivesUpOnAnEndlessHead) {
  const std::string fields[] = {"X: " + std::string(1'000, 'x') + "\r\n", "X:\r\n", "\r",
                                std::string(1'000, 'x')};
  for (const auto& field : fields) {
    FakeUpstream upstream;
    std::string endless = "HTTP/1.1 200 OK\r\n";
    while (endless.size() < 4 * limits::kUpstreamHeadBytesMax) endless += field;
    upstream.Answer(RawAnswer(endless));
    auto body = Fetch(To(upstream.origin()));
    ASSERT_FALSE(body);
    EXPECT_EQ(body.error().code, ErrorCode::kUpstream);
    EXPECT_THAT(body.error().message, HasSubstr("too long"));
  }
}

TEST_F(HttpClientTest, GivesUpOnAChunkLineThatDoesNotEnd) {
  FakeUpstream upstream;
  upstream.Answer(RawAnswer("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5;" +
                            std::string(1'000'000, 'x')));
  auto body = Fetch(To(upstream.origin()));
  ASSERT_FALSE(body);
  EXPECT_THAT(body.error().message, HasSubstr("too long"));
}

TEST_F(HttpClientTest, ReadsAHeadThatComesByteByByte) {
  FakeUpstream upstream;
  FakeAnswer slow = RawAnswer("HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 200 OK\r\nX-Long: " +
                              std::string(2'000, '\t') + "x\r\nContent-Length: 5\r\n\r\nfinal");
  slow.bytes_per_write = 1;
  upstream.Answer(slow);
  auto body = Fetch(To(upstream.origin()));
  ASSERT_TRUE(body) << body.error().message;
  EXPECT_EQ(*body, "final");
}

TEST_F(HttpClientTest, DoesNotWaitLongerForAHeadThatTrickles) {
  FakeUpstream upstream;
  FakeAnswer trickle = RawAnswer("");
  trickle.pieces.assign(1'000, "HTTP/1.1 100 Continue\r\n\r\n");
  trickle.pause = 30ms;
  upstream.Answer(trickle);
  ClientRequest request = To(upstream.origin());
  request.timeouts.first_byte = 60ms;
  auto body = Fetch(std::move(request));
  ASSERT_FALSE(body);
  EXPECT_EQ(body.error().code, ErrorCode::kTimeout);
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
