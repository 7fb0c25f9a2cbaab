#include "net/client_message.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace nat {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

ClientRequest PostTo(const std::string& url) {
  ClientRequest request;
  request.method = "POST";
  request.url = *ParseUrl(url);
  request.body = "{}";
  return request;
}

Result<ResponseHead> Read(const std::string& head, std::string_view method = "POST") {
  auto end = FindResponseHead(head);
  if (!end) return end.error();
  if (!*end) return Error(ErrorCode::kInternal, "not whole");
  return ReadResponseHead(std::string_view(head).substr(0, **end), method);
}

TEST(WriteRequest, RefusesAHeaderThatWouldBreakOutOfItsLine) {
  for (const std::string value : {"key\r\nX-Evil: 1", "key\n", "\rkey", "key\x01", "key\x7f"}) {
    ClientRequest request = PostTo("http://host/");
    request.headers.Add("Authorization", value);
    auto text = WriteRequest(request);
    ASSERT_FALSE(text);
    EXPECT_EQ(text.error().code, ErrorCode::kInvalidInput);
    EXPECT_THAT(text.error().message, HasSubstr("Authorization"));
    EXPECT_THAT(text.error().message, Not(HasSubstr("key")));
  }
  ClientRequest request = PostTo("http://host/");
  request.headers.Add("Bad Name", "x");
  EXPECT_FALSE(WriteRequest(request));
}

TEST(WriteRequest, WritesHeadAndBody) {
  ClientRequest request = PostTo("http://localhost:8080/v1/chat?x=1");
  request.headers.Add("Authorization", "Bearer key");
  EXPECT_EQ(*WriteRequest(request),
            "POST /v1/chat?x=1 HTTP/1.1\r\nHost: localhost:8080\r\nAccept-Encoding: identity\r\n"
            "Authorization: Bearer key\r\nContent-Length: 2\r\n\r\n{}");
}

TEST(WriteRequest, SaysNoLengthWhereThereIsNoBody) {
  ClientRequest request;
  request.url = *ParseUrl("http://host");
  EXPECT_THAT(*WriteRequest(request), Not(HasSubstr("Content-Length")));
}

TEST(ResponseHead, RefusesWhatIsNotHttpAtItsFirstByte) {
  EXPECT_FALSE(FindResponseHead("SSH-2.0-OpenSSH"));
  EXPECT_FALSE(FindResponseHead("X"));
  EXPECT_FALSE(FindResponseHead("HTTP/2"));
  EXPECT_TRUE(FindResponseHead("HTT"));
  EXPECT_TRUE(FindResponseHead(""));
}

TEST(ResponseHead, RefusesOneThatIsTooLong) {
  const std::string endless =
      "HTTP/1.1 200 OK\r\nX: " + std::string(limits::kUpstreamHeadBytesMax, 'x');
  EXPECT_FALSE(FindResponseHead(endless));
  EXPECT_FALSE(FindResponseHead(endless + "\r\n\r\n"));
}

TEST(ResponseHead, RefusesMalformedAndContradictoryOnes) {
  const std::string heads[] = {
      "HTTP/1.1 abc OK\r\n\r\n",
      "HTTP/1.1 200 OK\r\nno colon\r\n\r\n",
      "HTTP/1.1 200 OK\r\nBad Name: x\r\n\r\n",
      "HTTP/1.1 200 OK\r\nContent-Length: -1\r\n\r\n",
      "HTTP/1.1 200 OK\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\n",
      "HTTP/1.1 200 OK\r\nContent-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n",
      "HTTP/1.1 200 OK\r\nTransfer-Encoding: gzip, chunked\r\n\r\n",
      "HTTP/1.1 200 OK\r\nTransfer-Encoding: gzip\r\n\r\n",
      "HTTP/1.1 200 OK\r\nContent-Length: 99999999999999999999999\r\n\r\n",
      "HTTP/1.1 200 OK\r\nContent-Encoding: br\r\n\r\n",
      "HTTP/1.1 200 OK\r\nContent-Encoding: gzip, br\r\n\r\n",
      "HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Encoding: gzip\r\n\r\n",
      "HTTP/1.1 200 OK\r\nX: a" + std::string(1, '\0') + "b\r\n\r\n",
  };
  for (const auto& head : heads) {
    auto read = Read(head);
    ASSERT_FALSE(read) << head;
    EXPECT_EQ(read.error().code, ErrorCode::kUpstream) << head;
  }
}

TEST(ResponseHead, RefusesTooManyFields) {
  std::string head = "HTTP/1.1 200 OK\r\n";
  for (std::size_t count = 0; count < limits::kUpstreamHeaderCountMax; ++count) head += "X:\r\n";
  EXPECT_TRUE(Read(head + "\r\n"));
  EXPECT_FALSE(Read(head + "X:\r\n\r\n"));
}

TEST(ResponseHead, FindsItsEndWhereverThePartsMeet) {
  const std::string head = "HTTP/1.1 200 OK\r\nX: y\r\n\r\n";
  for (std::size_t searched = 0; searched < head.size(); ++searched) {
    EXPECT_EQ(*FindResponseHead(head.substr(0, searched)), std::nullopt);
    EXPECT_EQ(*FindResponseHead(head, searched), head.size());
  }
}

TEST(ResponseHead, KnowsACompressedBody) {
  for (const std::string coding : {"gzip", "x-gzip", "GZIP"}) {
    const std::string fields = "Content-Encoding: " + coding + "\r\nContent-Length: 5\r\n\r\n";
    auto head = Read("HTTP/1.1 200 OK\r\n" + fields);
    ASSERT_TRUE(head) << head.error().message;
    EXPECT_EQ(head->coding, BodyCoding::kGzip);
    EXPECT_EQ(head->body_bytes, 5u);
    EXPECT_FALSE(head->headers.Get("Content-Encoding"));
    EXPECT_FALSE(head->headers.Get("Content-Length"));
    EXPECT_EQ(Read("HTTP/1.1 304 Same\r\n" + fields)->coding, BodyCoding::kNone);
  }
  EXPECT_EQ(Read("HTTP/1.1 200 OK\r\nContent-Encoding: identity\r\n\r\n")->coding,
            BodyCoding::kNone);
}

TEST(ResponseHead, FindsItsEndAndLeavesTheBody) {
  auto end = FindResponseHead("HTTP/1.1 200 OK\r\n\r\nbody\r\n\r\n");
  ASSERT_TRUE(end);
  EXPECT_EQ(*end, std::optional<std::size_t>(19));
  EXPECT_EQ(*FindResponseHead("HTTP/1.1 200 OK\r\n\r"), std::nullopt);
}

TEST(ResponseHead, KnowsHowTheBodyEnds) {
  const std::string ok = "HTTP/1.1 200 OK\r\n";
  auto length = Read(ok + "Content-Length: 5\r\n\r\n");
  EXPECT_EQ(length->framing, BodyFraming::kLength);
  EXPECT_EQ(length->body_bytes, 5u);
  EXPECT_EQ(Read(ok + "Transfer-Encoding: Chunked\r\n\r\n")->framing, BodyFraming::kChunked);
  EXPECT_EQ(Read(ok + "\r\n")->framing, BodyFraming::kUntilClose);
  EXPECT_EQ(Read("HTTP/1.1 204 No Content\r\n\r\n")->framing, BodyFraming::kNone);
  EXPECT_EQ(Read(ok + "Content-Length: 5\r\n\r\n", "HEAD")->framing, BodyFraming::kNone);
}

TEST(ResponseHead, KnowsWhetherTheConnectionIsKept) {
  EXPECT_TRUE(Read("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n")->is_kept_alive);
  EXPECT_FALSE(
      Read("HTTP/1.1 200 OK\r\nContent-Length: 0\r\nConnection: close\r\n\r\n")->is_kept_alive);
  EXPECT_FALSE(Read("HTTP/1.0 200 OK\r\nContent-Length: 0\r\n\r\n")->is_kept_alive);
  EXPECT_FALSE(Read("HTTP/1.1 200 OK\r\n\r\n")->is_kept_alive);
}

TEST(ResponseHead, KeepsUnknownHeaders) {
  auto head = Read("HTTP/1.1 429 \r\nretry-after: 7\r\nX-Own: a\r\n\r\n");
  ASSERT_TRUE(head);
  EXPECT_EQ(head->status, 429);
  EXPECT_EQ(head->headers.Get("Retry-After"), "7");
  EXPECT_EQ(head->headers.Get("x-own"), "a");
}

}  // namespace
}  // namespace nat
