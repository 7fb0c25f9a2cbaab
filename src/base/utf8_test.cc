#include "base/utf8.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace nat {
namespace {

const std::string kMark(kReplacementCharacter);

struct Row {
  const char* name;
  std::string bytes;
  std::string expected;  // what an assembler makes of it
};

std::vector<Row> IllFormed() {
  return {
      {"a continuation byte alone", "a\x80z", "a" + kMark + "z"},
      {"a byte that is never used", "a\xFFz", "a" + kMark + "z"},
      {"an overlong slash of two bytes", "\xC0\xAF", kMark + kMark},
      {"an overlong slash of three bytes", "\xE0\x80\xAF", kMark + kMark + kMark},
      {"a surrogate", "\xED\xA0\x80", kMark + kMark + kMark},
      {"a value above U+10FFFF", "\xF4\x90\x80\x80", kMark + kMark + kMark + kMark},
      {"a character cut by ASCII", "\xE2\x82z", kMark + "z"},
      {"a character cut by another", "\xF0\x9F\x98\xC3\xA9", kMark + "\xC3\xA9"},
      {"a character cut by the end", "a\xF0\x9F\x98", "a" + kMark},
  };
}

std::vector<std::string> WellFormed() {
  return {"",
          "plain",
          "caf\xC3\xA9",
          "\xE2\x82\xAC",
          "\xF0\x9F\x98\x80",
          "\xED\x9F\xBF",
          "\xEE\x80\x80",
          "\xF4\x8F\xBF\xBF",
          std::string("\0", 1),
          "a long line of ASCII, so that eight bytes at a time are looked at \xC3\xA9"};
}

std::string AssembleInPieces(const std::string& bytes, std::size_t piece) {
  Utf8Assembler assembler;
  std::string text;
  for (std::size_t at = 0; at < bytes.size(); at += piece) {
    text += assembler.Feed(std::string_view(bytes).substr(at, piece));
    EXPECT_TRUE(IsValidUtf8(text));
  }
  return text + assembler.Finish();
}

TEST(Utf8, IllFormedBytesAreNotValid) {
  for (const Row& row : IllFormed()) EXPECT_FALSE(IsValidUtf8(row.bytes)) << row.name;
}

TEST(Utf8, WellFormedBytesAreValid) {
  for (const std::string& text : WellFormed()) EXPECT_TRUE(IsValidUtf8(text)) << text;
}

TEST(Utf8, AnIncompleteCharacterAtTheEndIsMeasured) {
  EXPECT_EQ(IncompleteBytesAtEnd(""), 0u);
  EXPECT_EQ(IncompleteBytesAtEnd("abc"), 0u);
  EXPECT_EQ(IncompleteBytesAtEnd("\xC3\xA9"), 0u);
  EXPECT_EQ(IncompleteBytesAtEnd("a\xC3"), 1u);
  EXPECT_EQ(IncompleteBytesAtEnd("a\xE2\x82"), 2u);
  EXPECT_EQ(IncompleteBytesAtEnd("a\xF0\x9F\x98"), 3u);
  EXPECT_EQ(IncompleteBytesAtEnd("\x80\x80\x80\x80"), 0u);
}

TEST(Utf8, CharactersAreCountedAndCutWhole) {
  EXPECT_EQ(CountCharacters(""), 0u);
  EXPECT_EQ(CountCharacters("a\xC3\xA9\xE2\x82\xAC\xF0\x9F\x98\x80"), 4u);
  EXPECT_EQ(FirstCharacters("a\xC3\xA9\xE2\x82\xACz", 2), "a\xC3\xA9");
  EXPECT_EQ(FirstCharacters("a\xC3\xA9", 2), "a\xC3\xA9");
  EXPECT_EQ(FirstCharacters("abc", 0), "");
}

TEST(Utf8, ReadingAndAppendingAreInverse) {
  for (char32_t character :
       {U'\0', U'\x7F', U'\x80', U'\x7FF', U'\x800', U'\xFFFF', U'\x10000', U'\x10FFFF'}) {
    std::string text;
    AppendUtf8(character, text);
    const Utf8Step step = ReadUtf8(text);
    EXPECT_EQ(step.kind, Utf8Step::Kind::kCharacter);
    EXPECT_EQ(step.character, character);
    EXPECT_EQ(step.byte_count, text.size());
  }
}

TEST(Utf8Assembler, MarksEachIllFormedPieceOnceHoweverItWasCut) {
  for (const Row& row : IllFormed()) {
    for (std::size_t piece = 1; piece <= row.bytes.size(); ++piece) {
      EXPECT_EQ(AssembleInPieces(row.bytes, piece), row.expected) << row.name << ", by " << piece;
    }
  }
}

TEST(Utf8Assembler, GivesWellFormedTextUnchangedHoweverItWasCut) {
  for (const std::string& text : WellFormed()) {
    for (std::size_t piece = 1; piece <= text.size(); ++piece) {
      EXPECT_EQ(AssembleInPieces(text, piece), text);
    }
  }
}

TEST(Utf8Assembler, HoldsBackNoMoreThanTheLastCharacter) {
  Utf8Assembler assembler;
  EXPECT_EQ(assembler.Feed("a\xE2\x82"), "a");
  EXPECT_EQ(assembler.Feed("\xAC"), "\xE2\x82\xAC");
  EXPECT_EQ(assembler.Finish(), "");
}

TEST(Utf8Assembler, IsAsNewAfterFinish) {
  Utf8Assembler assembler;
  EXPECT_EQ(assembler.Feed("\xE2"), "");
  EXPECT_EQ(assembler.Finish(), kMark);
  EXPECT_EQ(assembler.Feed("\x82z"), kMark + "z");
}

}  // namespace
}  // namespace nat
