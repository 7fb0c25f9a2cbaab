#include "chat/segmenter.h"

#include <gtest/gtest.h>

#include <random>
#include <string>
#include <vector>

#include "base/limits.h"
#include "base/utf8.h"

namespace nat {
namespace {

using Segments = std::vector<std::string>;

Segments Cut(std::string_view text, std::size_t token_bytes) {
  Segmenter segmenter;
  Segments segments;
  for (std::size_t at = 0; at < text.size(); at += token_bytes) {
    for (auto& segment : segmenter.Feed(text.substr(at, token_bytes))) {
      segments.push_back(std::move(segment));
    }
  }
  std::string rest = segmenter.Finish();
  if (!rest.empty()) segments.push_back(std::move(rest));
  return segments;
}

std::string Join(const Segments& segments) {
  std::string text;
  for (const std::string& segment : segments) text += segment;
  return text;
}

struct Row {
  const char* name;
  Segments segments;
};

// The text of each row is its segments in one; whole, byte by byte and in steps it is cut the same.
void ExpectRows(const std::vector<Row>& rows) {
  for (const Row& row : rows) {
    const std::string text = Join(row.segments);
    for (const std::size_t token_bytes :
         {text.size(), std::size_t{1}, std::size_t{2}, std::size_t{7}}) {
      EXPECT_EQ(Cut(text, token_bytes), row.segments) << row.name << ", by " << token_bytes;
    }
  }
}

TEST(Segmenter, DoesNotCutWhatBelongsTogether) {
  ExpectRows({
      {"titles", {"I saw Dr. Lee and Mrs. Ng.", " Then Mr. Bo came."}},
      {"abbreviations", {"Something small, e.g. a walk.", " Or tea, i.e. a pause."}},
      {"initials", {"She reads J. K. Rowling.", " He lives in the U.S. too."}},
      {"times", {"Be there at 9 a.m. tomorrow."}},
      {"decimals and versions", {"It was 3.5 of 10.", " Then 1.2.3 came."}},
      {"sums and dates", {"It was 12. 11. 2024 and cost 1, 2 or 3."}},
      {"a phone number with stops", {"Call 0800. 111. 0 now."}},
      {"numbers of lists", {"1. Breathe in.", "\n2. Hold it.", "\n  3. Let go."}},
      {"links", {"See [this. It helps](https://a.b/c? d. e) now.", " Ok."}},
      {"an address", {"See https://a.example/b.c?d=e!f now.", " Ok."}},
      {"code", {"Write `a. B. C` now.", " Then `x! Y`."}},
      {"a fence", {"Like so:", "\n```\na. B\nc; d\n```", "\nDone."}},
      {"dots that trail off", {"Well... maybe so… or not.", " Hm...", " Or else."}},
      {"words after a quote", {"\"Why?\" she asked.", " \"Go!\" he said."}},
      {"a word with a mark inside", {"Yahoo! is what he said?no."}},
  });
}

TEST(Segmenter, CutsAfterSentences) {
  ExpectRows({
      {"stops, questions, calls", {"Three weeks.", " What now?", " Oh!", " Right?!", " Yes."}},
      {"quotes and brackets", {"\"Go away.\"", " He said it (twice.)", " “Why?”", " Hm."}},
      {"emphasis", {"**Stay here.**", " _Now._", " Ok."}},
      {"the word I", {"So am I.", " Then we talk."}},
      {"a year", {"It was in 2024.", " Then it ended."}},
      {"after trailing off", {"He said...", " Then nothing."}},
      {"no as an answer", {"No.", " You did not."}},
      {"an emoji after it", {"Nice.", " 😀 And now?"}},
  });
}

TEST(Segmenter, CutsTheSentencesOfOtherScripts) {
  ExpectRows({
      {"Chinese", {"三个星期了。", "那很长！", "你还好吗？", "「好。」", "嗯"}},
      {"Japanese with a bracket", {"そうですか（はい。）", "では。", "次"}},
      {"Hindi", {"तीन हफ़्ते हो गए।", " अब क्या?", " ठीक है॥", " हाँ"}},
      {"Arabic", {"ثلاثة أسابيع.", " لماذا؟", " نعم"}},
      {"a long clause in Chinese", {"三个星期一直在看手机，", "那很累。"}},
  });
}

TEST(Segmenter, CutsAtLineBreaks) {
  ExpectRows({
      {"paragraphs", {"One thing", "\n\nAnother thing", "\n- and", "\n- more"}},
      {"white space first", {"\n\n  One", "\nTwo"}},
      {"nothing but white space", {" \n\n \n"}},
      {"a sentence and a line break", {"One thing...", "\nanother"}},
  });
}

TEST(Segmenter, ShowsTheFirstClauseSoonAndLaterOnesWhole) {
  ExpectRows({
      {"a comma",
       {"That is somebody who matters,", " and she went quiet, and you wait, and so on."}},
      {"a short clause stays", {"Yes, that is hard."}},
      {"a dash", {"That is somebody who matters —", " and she went quiet."}},
      {"a hyphen between spaces", {"That is somebody who matters -", " and she went quiet."}},
      {"a hyphen in a word", {"That is a well-known and long-standing half-truth."}},
      {"a quoted clause", {"\"I have been checking it,\"", " she said."}},
      {"a number with a comma", {"You have written to her about 1,000 times"}},
      {"a very long sentence",
       {"You wake at four and look at it,",
        " and then at five, when it is still dark and the street is empty and nobody else would be "
        "awake to see you look at it again,",
        " and then at six."}},
  });
}

TEST(Segmenter, BoundsASegmentWithoutPunctuation) {
  std::string words;
  while (words.size() < 3000) words += "word ";
  for (const std::size_t token_bytes : {words.size(), std::size_t{3}}) {
    const Segments segments = Cut(words, token_bytes);
    EXPECT_EQ(Join(segments), words);
    for (const std::string& segment : segments) {
      EXPECT_LE(segment.size(), limits::kSegmentBytesMax);
      EXPECT_NE(segment.find("word"), std::string::npos);
      EXPECT_TRUE(segment.ends_with("word") || segment == segments.back()) << segment;
    }
  }
}

TEST(Segmenter, KeepsCharactersAndEmojiWholeWhereItMustCut) {
  const std::string family = "👨‍👩‍👧";
  std::string families;
  while (families.size() < 3000) families += family;
  const Segments segments = Cut(families, 5);
  EXPECT_EQ(Join(segments), families);
  for (const std::string& segment : segments) {
    EXPECT_TRUE(IsValidUtf8(segment));
    EXPECT_TRUE(segment.starts_with("👨")) << segment;
    EXPECT_LE(segment.size(), limits::kSegmentBytesMax);
  }
}

TEST(Segmenter, KeepsAPhoneNumberWholeWhereItMustCut) {
  std::string text;
  while (text.size() < 325) text += "word ";
  text += "0800 111 0 111 and so on and so on";
  const Segments segments = Cut(text, 4);
  ASSERT_EQ(segments.size(), 2u);
  EXPECT_TRUE(segments[1].starts_with(" 0800 111 0 111")) << segments[1];
}

TEST(Segmenter, GivesASentenceAsSoonAsItsEndIsCertain) {
  Segmenter segmenter;
  EXPECT_EQ(segmenter.Feed("Three weeks"), Segments{});
  EXPECT_EQ(segmenter.Feed("."), Segments{});
  EXPECT_EQ(segmenter.Feed(" W"), Segments{"Three weeks."});
  EXPECT_EQ(segmenter.Feed("hat?\n"), Segments{" What?"});
  EXPECT_EQ(segmenter.Finish(), "\n");
  EXPECT_EQ(segmenter.Finish(), "");
}

TEST(Segmenter, LosesNothingAndCutsTheSameHoweverTheTokensFall) {
  const std::vector<std::string> pieces = {"word",
                                           " ",
                                           ".",
                                           ",",
                                           "\n",
                                           "!",
                                           "?",
                                           "…",
                                           "。",
                                           "\"",
                                           "`",
                                           "```",
                                           "[",
                                           "](",
                                           ")",
                                           "1",
                                           "e.g",
                                           "Mr",
                                           "😀",
                                           "\u200D",
                                           "é",
                                           "\xF0",
                                           "\x9F",
                                           " - ",
                                           "—",
                                           "A long clause of many words",
                                           "I",
                                           std::string(150, 'x'),
                                           std::string(70, ' ')};
  const unsigned seed = 20261123;
  std::mt19937 random(seed);
  for (int round = 0; round < 3000; ++round) {
    std::string text;
    const auto count = 1 + random() % 30;
    for (std::size_t i = 0; i < count; ++i) text += pieces[random() % pieces.size()];
    const Segments whole = Cut(text, text.size());
    ASSERT_EQ(Join(whole), text) << "with seed " << seed;
    ASSERT_EQ(Cut(text, 1), whole) << text;
    ASSERT_EQ(Cut(text, 1 + random() % 9), whole) << text;
    for (const std::string& segment : whole) ASSERT_LE(segment.size(), limits::kSegmentBytesMax);
  }
}

}  // namespace
}  // namespace nat
