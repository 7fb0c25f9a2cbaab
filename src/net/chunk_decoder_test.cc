#include "net/chunk_decoder.h"

#include <gtest/gtest.h>

#include <optional>
#include <string>

#include "base/limits.h"

namespace nat {
namespace {

struct Decoded {
  std::string payload;
  std::string rest;
  bool is_done = false;
};

// Feeds `bytes` in pieces of `piece_bytes` and collects the payload; nothing where the coding is
// broken.
std::optional<Decoded> Decode(const std::string& bytes, std::size_t piece_bytes) {
  ChunkDecoder decoder(ErrorCode::kUpstream);
  Decoded decoded;
  for (std::size_t at = 0; at < bytes.size(); at += piece_bytes) {
    const std::string cut = bytes.substr(at, piece_bytes);
    std::string_view rest = cut;
    while (!rest.empty() && !decoder.is_done()) {
      auto piece = decoder.Take(rest);
      if (!piece) return std::nullopt;
      decoded.payload += *piece;
    }
    decoded.rest += rest;
  }
  decoded.is_done = decoder.is_done();
  return decoded;
}

TEST(ChunkDecoder, RefusesWhatIsNotTheChunkedCoding) {
  const std::string broken[] = {
      "\r\n",                        // no size
      ";x\r\nabc\r\n",               // an extension without a size
      "g\r\n",                       // not a digit
      "-1\r\n",                      // a sign
      "0x5\r\nhello\r\n",            // a prefix
      "5\nhello\n0\n\n",             // line feeds alone
      "5\rhello",                    // a carriage return alone
      "5 5\r\nhello\r\n",            // a space between digits
      "5\r\nhelloX\r\n",             // more payload than announced
      "5\r\nhello\n",                // payload ended by a line feed alone
      "5;a\nb\r\nhello\r\n",         // a line feed in an extension
      "0\r\nTrailer: a\nb\r\n\r\n",  // a line feed in a trailer
      "0\r\n\rX",                    // the last line feed is missing
      "ffffffffffffffff1\r\n",       // a size that would overflow
  };
  for (const auto& bytes : broken) {
    EXPECT_FALSE(Decode(bytes, 1)) << bytes;
    EXPECT_FALSE(Decode(bytes, bytes.size())) << bytes;
  }
}

TEST(ChunkDecoder, NamesTheCodeItWasGiven) {
  ChunkDecoder decoder(ErrorCode::kInvalidInput);
  std::string_view input = "nonsense";
  auto piece = decoder.Take(input);
  ASSERT_FALSE(piece);
  EXPECT_EQ(piece.error().code, ErrorCode::kInvalidInput);
}

TEST(ChunkDecoder, BoundsASizeLine) {
  const std::string line = "5;" + std::string(limits::kUpstreamChunkLineBytesMax, 'x');
  EXPECT_FALSE(Decode(line, 100));
}

TEST(ChunkDecoder, BoundsLeadingZeros) {
  EXPECT_FALSE(Decode(std::string(limits::kUpstreamChunkLineBytesMax + 1, '0'), 100));
}

TEST(ChunkDecoder, BoundsTheTrailerAsAWhole) {
  std::string body = "0\r\n";
  while (body.size() < limits::kUpstreamChunkLineBytesMax + 8) body += "X: y\r\n";
  EXPECT_FALSE(Decode(body, 64));
}

TEST(ChunkDecoder, IsNotDoneBeforeTheLastLineFeed) {
  auto decoded = Decode("5\r\nhello\r\n0\r\n\r", 3);
  ASSERT_TRUE(decoded);
  EXPECT_EQ(decoded->payload, "hello");
  EXPECT_FALSE(decoded->is_done);
}

TEST(ChunkDecoder, JoinsChunksHoweverTheBytesAreCut) {
  const std::string body =
      "5\r\nhello\r\n1;name=\"value\"\r\n \r\n0A \r\nwide world\r\n000\r\nExpires: never\r\n\r\n";
  for (std::size_t cut = 1; cut <= body.size(); ++cut) {
    auto decoded = Decode(body, cut);
    ASSERT_TRUE(decoded) << cut;
    EXPECT_EQ(decoded->payload, "hello wide world") << cut;
    EXPECT_TRUE(decoded->is_done) << cut;
    EXPECT_EQ(decoded->rest, "") << cut;
  }
}

TEST(ChunkDecoder, LeavesWhatFollowsTheBody) {
  auto decoded = Decode("2\r\nok\r\n0\r\n\r\nGET / HTTP/1.1\r\n", 1000);
  ASSERT_TRUE(decoded);
  EXPECT_TRUE(decoded->is_done);
  EXPECT_EQ(decoded->rest, "GET / HTTP/1.1\r\n");
}

TEST(ChunkDecoder, HandsOutViewsOfTheInputWithoutCopying) {
  const std::string body = "5\r\nhello\r\n";
  std::string_view input = body;
  ChunkDecoder decoder(ErrorCode::kUpstream);
  auto piece = decoder.Take(input);
  ASSERT_TRUE(piece);
  EXPECT_EQ(piece->data(), body.data() + 3);
}

}  // namespace
}  // namespace nat
