#include "net/gunzip.h"

#include <gtest/gtest.h>

#include "base/limits.h"
#include "tests/support/fake_gzip.h"

namespace nat {
namespace {

// Everything that `compressed` stands for, taken in parts of `bytes` each.
Result<std::string> Unfold(Gunzip& gunzip, std::string_view compressed, std::size_t bytes) {
  std::string whole;
  while (!compressed.empty()) {
    std::string_view rest = compressed.substr(0, bytes);
    compressed.remove_prefix(rest.size());
    do {
      auto text = gunzip.Take(rest);
      if (!text) return text;
      EXPECT_LE(text->size(), limits::kUpstreamReadBytes);
      whole += *text;
    } while (!rest.empty() || gunzip.has_more());
  }
  return whole;
}

TEST(Gunzip, RefusesWhatIsBroken) {
  std::string wrong_sum = GzipOf("hello");
  wrong_sum[wrong_sum.size() - 5] ^= 1;
  std::string wrong_text = GzipOf(std::string(1'000, 'x') + "hello");
  wrong_text[wrong_text.size() / 2] ^= 0x55;
  const std::string texts[] = {"hello", wrong_sum, wrong_text, GzipOf("hello") + "garbage",
                               std::string("\x1f\x8b\x07\0\0\0\0\0\0\0", 10)};
  for (const auto& compressed : texts) {
    for (const std::size_t bytes : {1, 1'000}) {
      Gunzip gunzip;
      auto text = Unfold(gunzip, compressed, bytes);
      ASSERT_FALSE(text);
      EXPECT_EQ(text.error().code, ErrorCode::kUpstream);
    }
  }
}

TEST(Gunzip, KnowsThatTheEndIsMissing) {
  const std::string whole = GzipOf("hello");
  for (std::size_t bytes = 1; bytes < whole.size(); ++bytes) {
    Gunzip gunzip;
    ASSERT_TRUE(Unfold(gunzip, whole.substr(0, bytes), 1));
    EXPECT_FALSE(gunzip.is_whole()) << bytes;
  }
  Gunzip gunzip;
  EXPECT_TRUE(gunzip.is_whole());
  ASSERT_TRUE(Unfold(gunzip, whole, 1));
  EXPECT_TRUE(gunzip.is_whole());
}

TEST(Gunzip, UnfoldsABombPieceByPiece) {
  constexpr std::size_t kBytes = 10'000'000;
  const std::string bomb = GzipOf(std::string(kBytes, '\0'));
  ASSERT_LT(bomb.size(), 20'000u);
  Gunzip gunzip;
  std::string_view rest = bomb;
  auto first = gunzip.Take(rest);
  ASSERT_TRUE(first);
  EXPECT_EQ(first->size(), limits::kUpstreamReadBytes);
  EXPECT_FALSE(rest.empty());

  Gunzip another;
  EXPECT_EQ(Unfold(another, bomb, bomb.size())->size(), kBytes);
  EXPECT_TRUE(another.is_whole());
}

TEST(Gunzip, GivesUpOnBytesThatStandForNothing) {
  // An endless file name in the header, blocks without text, members without text.
  const std::string header("\x1f\x8b\x08\0\0\0\0\0\0\0", 10);
  const std::string named("\x1f\x8b\x08\x08\0\0\0\0\0\0", 10);
  const std::string empty_block("\0\0\0\xff\xff", 5);
  const std::string beginnings[] = {named, header, ""};
  const std::string rest[] = {"name", empty_block, GzipOf("")};
  for (std::size_t at = 0; at < 3; ++at) {
    std::string endless = beginnings[at];
    while (endless.size() < 3 * limits::kUpstreamSilentBytesMax) endless += rest[at];
    Gunzip gunzip;
    EXPECT_FALSE(Unfold(gunzip, endless, 1'000)) << at;
  }
}

TEST(Gunzip, HandsOutWhatWasFlushed) {
  const std::vector<std::string> events = {"data: one\n\n", "data: two\n\n", "data: [DONE]\n\n"};
  const auto pieces = GzipPieces(events);
  ASSERT_EQ(pieces.size(), events.size() + 1);
  Gunzip gunzip;
  for (std::size_t at = 0; at < events.size(); ++at) {
    std::string_view rest = pieces[at];
    auto text = gunzip.Take(rest);
    ASSERT_TRUE(text);
    EXPECT_EQ(*text, events[at]);
    EXPECT_TRUE(rest.empty());
  }
}

TEST(Gunzip, ReadsTextHoweverItIsCut) {
  std::string text;
  for (int count = 0; count < 20'000; ++count) text += std::to_string(count * 7919 % 10'007);
  const std::string compressed = GzipOf(text);
  for (const std::size_t bytes : {std::size_t{1}, std::size_t{7}, compressed.size()}) {
    Gunzip gunzip;
    EXPECT_EQ(*Unfold(gunzip, compressed, bytes), text);
    EXPECT_TRUE(gunzip.is_whole());
  }
}

TEST(Gunzip, ReadsMembersOneAfterAnother) {
  const std::string compressed = GzipOf("one ") + GzipOf("") + GzipOf("two");
  for (const std::size_t bytes : {std::size_t{1}, compressed.size()}) {
    Gunzip gunzip;
    EXPECT_EQ(*Unfold(gunzip, compressed, bytes), "one two");
    EXPECT_TRUE(gunzip.is_whole());
  }
}

}  // namespace
}  // namespace nat
