#include "net/request_body.h"

#include <gtest/gtest.h>

namespace nat {
namespace {

RequestHead Counted(std::uint64_t body_bytes) {
  RequestHead head;
  head.framing = BodyFraming::kLength;
  head.body_bytes = body_bytes;
  return head;
}

RequestHead Chunked() {
  RequestHead head;
  head.framing = BodyFraming::kChunked;
  return head;
}

TEST(RequestBody, RefusesAnAnnouncedLengthOverTheBoundBeforeTheFirstByte) {
  RequestBodyReader reader(Counted(11), 10);
  std::string_view nothing;
  const auto taken = reader.Take(nothing);
  ASSERT_FALSE(taken);
  EXPECT_EQ(taken.error().code, ErrorCode::kTooLarge);
}

TEST(RequestBody, RefusesChunksThatTogetherPassTheBound) {
  RequestBodyReader reader(Chunked(), 10);
  std::string_view input = "6\r\nabcdef\r\n5\r\nghijk\r\n0\r\n\r\n";
  const auto taken = reader.Take(input);
  ASSERT_FALSE(taken);
  EXPECT_EQ(taken.error().code, ErrorCode::kTooLarge);
}

TEST(RequestBody, CallsBrokenChunksAMalformedRequest) {
  RequestBodyReader reader(Chunked(), 10);
  std::string_view input = "nonsense\r\n";
  const auto taken = reader.Take(input);
  ASSERT_FALSE(taken);
  EXPECT_EQ(taken.error().code, ErrorCode::kMalformedRequest);
}

TEST(RequestBody, IsCompleteAtOnceWhereThereIsNone) {
  RequestBodyReader reader(RequestHead(), 10);
  EXPECT_TRUE(reader.is_complete());
}

TEST(RequestBody, GathersACountedBodyAndLeavesTheNextRequest) {
  RequestBodyReader reader(Counted(5), 5);
  std::string_view first = "ab";
  ASSERT_TRUE(reader.Take(first));
  EXPECT_FALSE(reader.is_complete());
  std::string_view second = "cdeGET";
  ASSERT_TRUE(reader.Take(second));
  EXPECT_TRUE(reader.is_complete());
  EXPECT_EQ(second, "GET");
  EXPECT_EQ(reader.TakeBody(), "abcde");
}

TEST(RequestBody, GathersChunksHoweverTheyAreCut) {
  RequestBodyReader reader(Chunked(), 10);
  const std::string_view whole = "3;x=y\r\nabc\r\n2\r\nde\r\n0\r\nTrailer: x\r\n\r\n";
  for (std::size_t at = 0; at < whole.size(); ++at) {
    EXPECT_FALSE(reader.is_complete());
    auto byte = whole.substr(at, 1);
    ASSERT_TRUE(reader.Take(byte));
    EXPECT_TRUE(byte.empty());
  }
  EXPECT_TRUE(reader.is_complete());
  EXPECT_EQ(reader.TakeBody(), "abcde");
}

}  // namespace
}  // namespace nat
