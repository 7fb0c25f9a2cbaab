#include "net/request_head.h"

#include <gtest/gtest.h>

#include <string>

#include "base/limits.h"

namespace nat {
namespace {

// The code that a whole head is refused with, or nothing where it is taken.
std::optional<ErrorCode> RefusalOf(std::string_view head) {
  RequestHeadReader reader(1000, 10);
  const auto taken = reader.Take(head);
  if (!taken) return taken.error().code;
  EXPECT_TRUE(reader.is_complete());
  return std::nullopt;
}

RequestHead Read(std::string_view bytes) {
  RequestHeadReader reader(1000, 10);
  const auto taken = reader.Take(bytes);
  EXPECT_TRUE(taken && reader.is_complete());
  return reader.TakeHead();
}

std::string Post(const std::string& fields) {
  return "POST / HTTP/1.1\r\nHost: h\r\n" + fields + "\r\n";
}

TEST(RequestHead, RefusesWhatIsNoHead) {
  for (const char* bytes :
       {"\x16\x03\x01\x02 tls hello\r\n\r\n", "GET\r\n\r\n", "GET / HTTP/2.0\r\nHost: h\r\n\r\n",
        "GET  / HTTP/1.1\r\nHost: h\r\n\r\n", "GET / HTTP/1.1\nHost: h\n\n",
        "GET / HTTP/1.1\r\nHost : h\r\n\r\n", "GET / HTTP/1.1\r\nHo st: h\r\n\r\n",
        "GET / HTTP/1.1\r\n: h\r\n\r\n", "GET / HTTP/1.1\r\nHost: h\rX\r\n\r\n",
        "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"}) {
    EXPECT_EQ(RefusalOf(bytes), ErrorCode::kMalformedRequest) << bytes;
  }
  EXPECT_EQ(RefusalOf(std::string_view("GET /\0 HTTP/1.1\r\nHost: h\r\n\r\n", 30)),
            ErrorCode::kMalformedRequest);
}

TEST(RequestHead, RefusesASecondReadingOfTheBodyLength) {
  for (const char* fields :
       {"Content-Length: 5\r\nTransfer-Encoding: chunked\r\n",
        "Transfer-Encoding: chunked\r\nContent-Length: 5\r\n",
        "Transfer-Encoding: gzip\r\nContent-Length: 5\r\n",
        "Content-Length: 5\r\nContent-Length: 6\r\n", "Content-Length: 5, 6\r\n",
        "Content-Length: -1\r\n", "Content-Length: +5\r\n", "Content-Length: 0x5\r\n",
        "Content-Length:\r\n", "Content-Length: 99999999999999999999\r\n",
        "Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n",
        "Transfer-Encoding: identity\r\nTransfer-Encoding: chunked\r\n"}) {
    EXPECT_EQ(RefusalOf(Post(fields)), ErrorCode::kMalformedRequest) << fields;
  }
  EXPECT_EQ(RefusalOf("POST / HTTP/1.0\r\nTransfer-Encoding: chunked\r\n\r\n"),
            ErrorCode::kMalformedRequest);
}

TEST(RequestHead, CallsOtherTransferCodingsNotImplemented) {
  for (const char* fields : {"Transfer-Encoding: gzip\r\n", "Transfer-Encoding: gzip, chunked\r\n",
                             "Transfer-Encoding: chunked, gzip\r\n", "Transfer-Encoding: x\r\n"}) {
    EXPECT_EQ(RefusalOf(Post(fields)), ErrorCode::kNotImplemented) << fields;
  }
}

TEST(RequestHead, WantsExactlyOneHost) {
  EXPECT_EQ(RefusalOf("GET / HTTP/1.1\r\n\r\n"), ErrorCode::kMalformedRequest);
  EXPECT_EQ(RefusalOf("GET / HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n"),
            ErrorCode::kMalformedRequest);
  EXPECT_EQ(RefusalOf("GET / HTTP/1.0\r\n\r\n"), std::nullopt);
}

TEST(RequestHead, RefusesAPathThatClimbs) {
  EXPECT_EQ(RefusalOf("GET /a/%2e%2e/b HTTP/1.1\r\nHost: h\r\n\r\n"), ErrorCode::kMalformedRequest);
}

TEST(RequestHead, RefusesMoreFieldsThanItsBound) {
  std::string fields;
  for (int count = 0; count < 10; ++count) fields += "X: y\r\n";
  EXPECT_EQ(RefusalOf(Post(fields)), ErrorCode::kHeadersTooLarge);
}

TEST(RequestHead, RefusesMoreBytesThanItsBoundInOneFieldOrMany) {
  EXPECT_EQ(RefusalOf(Post("X: " + std::string(1000, 'y') + "\r\n")), ErrorCode::kHeadersTooLarge);
  EXPECT_EQ(RefusalOf("GET /" + std::string(1000, 'y')), ErrorCode::kHeadersTooLarge);
  std::string many;
  for (int count = 0; count < 6; ++count) many += "X: " + std::string(200, 'y') + "\r\n";
  EXPECT_EQ(RefusalOf(Post(many)), ErrorCode::kHeadersTooLarge);
  std::string empty_lines;
  for (int count = 0; count < 600; ++count) empty_lines += "\r\n";
  EXPECT_EQ(RefusalOf(empty_lines), ErrorCode::kHeadersTooLarge);
}

TEST(RequestHead, RefusesAnEndlessHeadThatDripsIn) {
  RequestHeadReader reader(1000, 10);
  std::string waiting = "GET / HTTP/1.1\r\nX: ";
  for (std::size_t count = 0; count < 1000; ++count) {
    std::string_view rest = waiting;
    const auto taken = reader.Take(rest);
    if (!taken) {
      EXPECT_EQ(taken.error().code, ErrorCode::kHeadersTooLarge);
      return;
    }
    waiting = std::string(rest) + "y";
  }
  FAIL() << "1000 bytes of a field were taken";
}

TEST(RequestHead, IsTheSameHoweverItsBytesAreCut) {
  const std::string whole =
      "\r\nPATCH /a%20b?c=d HTTP/1.1\r\nHost: h\r\nX-Long: " + std::string(300, 'y') +
      "\r\nContent-Length: 3\r\n\r\nabc";
  for (std::size_t cut = 1; cut < whole.size(); ++cut) {
    RequestHeadReader reader(1000, 10);
    std::string waiting = whole.substr(0, cut);
    std::string_view rest = waiting;
    ASSERT_TRUE(reader.Take(rest)) << cut;
    waiting = std::string(rest) + whole.substr(cut);
    rest = waiting;
    const auto taken = reader.is_complete() ? Ok() : reader.Take(rest);
    ASSERT_TRUE(taken) << cut;
    ASSERT_TRUE(reader.is_complete()) << cut;
    const auto head = reader.TakeHead();
    EXPECT_EQ(rest, "abc") << cut;
    EXPECT_EQ(head.request.method, "PATCH");
    EXPECT_EQ(head.request.path, "/a b");
    EXPECT_EQ(head.request.query, "c=d");
    EXPECT_EQ(head.request.target, "/a%20b?c=d");
    EXPECT_EQ(head.body_bytes, 3U);
    EXPECT_EQ(head.request.headers.fields().size(), 3U);
  }
}

TEST(RequestHead, TakesAHeadOneByteAtATime) {
  RequestHeadReader reader(1000, 10);
  std::string waiting;
  for (const char byte : std::string("GET / HTTP/1.1\r\nHost: h\r\nA: b\r\n\r\n")) {
    ASSERT_FALSE(reader.is_complete());
    waiting += byte;
    std::string_view rest = waiting;
    ASSERT_TRUE(reader.Take(rest));
    waiting = std::string(rest);
  }
  EXPECT_TRUE(reader.is_complete());
  EXPECT_EQ(reader.TakeHead().request.headers.Get("a"), "b");
}

TEST(RequestHead, SaysHowTheBodyIsDelimited) {
  EXPECT_EQ(Read(Post("")).framing, BodyFraming::kNone);
  EXPECT_EQ(Read(Post("Content-Length: 0\r\n")).framing, BodyFraming::kNone);
  EXPECT_EQ(Read(Post("Transfer-Encoding: Chunked\r\n")).framing, BodyFraming::kChunked);
  const auto counted = Read(Post("Content-Length: 5\r\nContent-Length: 5\r\n"));
  EXPECT_EQ(counted.framing, BodyFraming::kLength);
  EXPECT_EQ(counted.body_bytes, 5U);
}

TEST(RequestHead, SaysWhatFollowsTheAnswer) {
  EXPECT_EQ(Read(Post("")).after_answer, AfterAnswer::kKeepOpen);
  EXPECT_EQ(Read(Post("Connection: Close\r\n")).after_answer, AfterAnswer::kClose);
  EXPECT_EQ(Read("GET / HTTP/1.0\r\n\r\n").after_answer, AfterAnswer::kClose);
  EXPECT_EQ(Read("GET / HTTP/1.0\r\nConnection: keep-alive\r\n\r\n").after_answer,
            AfterAnswer::kKeepOpen);
}

TEST(RequestHead, KnowsAClientThatWaitsForContinue) {
  EXPECT_TRUE(Read(Post("Expect: 100-Continue\r\n")).expects_continue);
  EXPECT_FALSE(Read("POST / HTTP/1.0\r\nExpect: 100-continue\r\n\r\n").expects_continue);
}

TEST(RequestHead, TakesUnknownMethodsAndTheHostOfAnAbsoluteTarget) {
  const auto head = Read("BREW http://pot/x HTTP/1.1\r\nHost: other\r\n\r\n");
  EXPECT_EQ(head.request.method, "BREW");
  EXPECT_EQ(head.request.path, "/x");
  EXPECT_EQ(head.request.headers.Get("host"), "pot");
}

}  // namespace
}  // namespace nat
