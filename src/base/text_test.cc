#include "base/text.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "base/utf8.h"

namespace nat {
namespace {

std::string Utf8(std::u32string_view characters) {
  std::string text;
  for (const char32_t character : characters) AppendUtf8(character, text);
  return text;
}

struct Row {
  const char* name;
  std::u32string_view text;
  std::u32string_view expected;
};

TEST(Text, WhatCannotBeSeenIsRemoved) {
  const std::vector<Row> rows = {
      {"control characters", U"a\x01\x1B\x7F\x85z", U"az"},
      {"an override of direction",
       U"pay \x202E"
       U"evil\x202C now",
       U"pay evil now"},
      {"isolates and marks",
       U"\x2066\x200F"
       U"a\x2069\x061C\x200E",
       U"a"},
      {"zero-width space, word joiner, byte order mark",
       U"\xFEFF"
       U"a\x200B\x2060z",
       U"az"},
      {"soft hyphens",
       U"hid\x00AD"
       U"den",
       U"hidden"},
      {"a joiner inside a Latin word", U"ki\x200Dll\x200C", U"kill"},
      {"a joiner between emoji and word", U"\x1F600\x200Dword", U"\x1F600word"},
      {"words in tag characters", U"hi\xE0069\xE0067", U"hi"},
      {"words in tag characters after a flag",
       U"\x1F3F4\xE0061\xE0061\xE0061\xE0061\xE0061\xE0061\xE0062\xE0063",
       U"\x1F3F4\xE0061\xE0061\xE0061\xE0061\xE0061\xE0061"},
      {"a row of variation selectors", U"a\xFE0F\xFE01\xE0101z", U"a\xFE0Fz"},
      {"a variation selector alone", U" \xFE0F", U" "},
      {"blank letters", U"\x3164\x115F\xFFA0", U""},
      {"noncharacters", U"a\xFFFE\xFDD0\x1FFFFz", U"az"},
  };
  for (const Row& row : rows) {
    EXPECT_EQ(RemoveInvisible(Utf8(row.text)), Utf8(row.expected)) << row.name;
  }
}

struct Kept {
  const char* name;
  std::u32string_view text;
};

TEST(Text, WhatPeopleNeedToWriteStays) {
  const std::vector<Kept> rows = {
      {"tab and line feed", U"a\tb\nc"},
      {"Persian with a non-joiner", U"\x0645\x06CC\x200C\x062E\x0648\x0627\x0647\x0645"},
      {"Hindi with a joiner", U"\x0915\x094D\x200D\x0937"},
      {"a joiner at the end of a Sinhala word", U"\x0DC1\x0DCA\x200D "},
      {"Mongolian with a selector", U"\x1820\x180B"},
      {"a family", U"\x1F468\x200D\x1F469\x200D\x1F467"},
      {"a heart on fire", U"\x2764\xFE0F\x200D\x1F525"},
      {"a profession with a skin tone", U"\x1F469\x1F3FD\x200D\x1F680"},
      {"the flag of Scotland", U"\x1F3F4\xE0067\xE0062\xE0073\xE0063\xE0074\xE007F!"},
      {"Hebrew, Thai, Chinese", U"\x05E9\x05DC \x0E2A\x0E27 \x4F60\x597D"},
      {"a Japanese name with its variant", U"\x845B\xE0100"},
  };
  for (const Kept& row : rows) {
    EXPECT_EQ(RemoveInvisible(Utf8(row.text)), Utf8(row.text)) << row.name;
  }
}

TEST(Text, RemovingTwiceChangesNothingMore) {
  const std::string once = RemoveInvisible(Utf8(U"\x1F600\x200B\x200D\x1F600 a\xFE0F\x200B\xFE0F"));
  EXPECT_EQ(RemoveInvisible(once), once);
}

TEST(Text, ComposesWhatWasTypedInParts) {
  EXPECT_EQ(NormalizeNfc("cafe\xCC\x81"), "caf\xC3\xA9");
  EXPECT_EQ(NormalizeNfc(Utf8(U"\x1112\x1161\x11AB")), Utf8(U"\xD55C"));
  EXPECT_EQ(NormalizeNfc(Utf8(U"\x212B")), Utf8(U"\xC5"));
  EXPECT_EQ(NormalizeNfc(""), "");
  EXPECT_EQ(NormalizeNfc("caf\xC3\xA9 plain"), "caf\xC3\xA9 plain");
}

TEST(Text, TrimsTheWhiteSpaceOfUnicodeAtTheEndsOnly) {
  EXPECT_EQ(TrimWhiteSpace(Utf8(U"\x3000 \n\xA0"
                                U"a  b\x2028\t ")),
            "a  b");
  EXPECT_EQ(TrimWhiteSpace(Utf8(U" \x3000")), "");
  EXPECT_EQ(TrimWhiteSpaceAtStart(" a "), "a ");
  EXPECT_EQ(TrimWhiteSpaceAtEnd(" a "), " a");
  EXPECT_EQ(TrimWhiteSpaceAtEnd("caf\xC3\xA9"), "caf\xC3\xA9");
}

TEST(Text, LowersTheLettersOfAsciiOnly) {
  EXPECT_EQ(ToLowerAscii("AbZ [\xC3\x89]"), "abz [\xC3\x89]");
}

TEST(Text, EveryLineEndBecomesALineFeed) {
  EXPECT_EQ(UnifyLineEnds("a\r\nb\rc\n\r\n\r"), "a\nb\nc\n\n\n");
}

TEST(Text, EstimatesTokensByScript) {
  EXPECT_EQ(EstimateTokens(""), 0u);
  EXPECT_EQ(EstimateTokens("a"), 1u);
  EXPECT_EQ(EstimateTokens("seven letters is this"), 6u);
  EXPECT_EQ(EstimateTokens("123456"), 3u);
  EXPECT_EQ(EstimateTokens(Utf8(U"\x4F60\x597D\x4E16\x754C")), 4u);
  EXPECT_EQ(EstimateTokens(Utf8(U"\x43F\x440\x438\x432")), 2u);
  EXPECT_EQ(EstimateTokens(Utf8(U"\x1F600")), 3u);
}

}  // namespace
}  // namespace nat
