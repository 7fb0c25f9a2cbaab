#include "net/response_head.h"

#include <gtest/gtest.h>

namespace nat {
namespace {

std::string HeadOf(const Response& response, const ResponseHeadLayout& layout) {
  std::string head;
  AppendResponseHead(head, response, layout, "now");
  return head;
}

TEST(ResponseHead, LetsNoValueBeginAnotherField) {
  Response response;
  response.headers.Add("Location", "/x\r\nSet-Cookie: stolen=1");
  const auto head = HeadOf(response, ResponseHeadLayout());
  EXPECT_NE(head.find("Location: /x  Set-Cookie: stolen=1\r\n"), std::string::npos);
}

TEST(ResponseHead, LeavesOutTheFramingFieldsOfAHandler) {
  Response response;
  response.headers.Add("content-length", "7");
  response.headers.Add("Transfer-Encoding", "gzip");
  response.headers.Add("Connection", "Upgrade");
  response.headers.Add("date", "never");
  EXPECT_EQ(HeadOf(response, ResponseHeadLayout()),
            "HTTP/1.1 200 OK\r\nDate: now\r\nContent-Length: 0\r\n\r\n");
}

TEST(ResponseHead, FramesAsAsked) {
  Response response;
  response.status = 404;
  ResponseHeadLayout layout;
  layout.body_bytes = 12;
  layout.connection = ConnectionField::kClose;
  EXPECT_EQ(HeadOf(response, layout),
            "HTTP/1.1 404 Not Found\r\nDate: now\r\nContent-Length: 12\r\n"
            "Connection: close\r\n\r\n");
  layout.framing = ResponseFraming::kChunked;
  layout.connection = ConnectionField::kKeepAlive;
  EXPECT_EQ(HeadOf(response, layout),
            "HTTP/1.1 404 Not Found\r\nDate: now\r\nTransfer-Encoding: chunked\r\n"
            "Connection: keep-alive\r\n\r\n");
  layout.framing = ResponseFraming::kUntilClose;
  layout.connection = ConnectionField::kNone;
  EXPECT_EQ(HeadOf(response, layout), "HTTP/1.1 404 Not Found\r\nDate: now\r\n\r\n");
}

TEST(ResponseHead, WritesAChunkWithItsLengthInHex) {
  std::string output;
  AppendChunk(output, "0123456789abcdef");
  EXPECT_EQ(output, "10\r\n0123456789abcdef\r\n");
}

TEST(DateText, IsTheFormOfRfc9110) {
  DateText date;
  const Time time = std::chrono::sys_days(std::chrono::year(1994) / 11 / 6) +
                    std::chrono::seconds(8 * 3600 + 49 * 60 + 37) + std::chrono::milliseconds(5);
  EXPECT_EQ(date.At(time), "Sun, 06 Nov 1994 08:49:37 GMT");
  EXPECT_EQ(date.At(time + std::chrono::seconds(1)), "Sun, 06 Nov 1994 08:49:38 GMT");
  EXPECT_EQ(date.At(Time()), "Thu, 01 Jan 1970 00:00:00 GMT");
}

}  // namespace
}  // namespace nat
