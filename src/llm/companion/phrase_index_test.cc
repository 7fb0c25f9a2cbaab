#include "llm/companion/phrase_index.h"

#include <gtest/gtest.h>

namespace nat {
namespace {

bool Finds(std::string_view phrase, std::string_view message, const Folds& folds = {}) {
  PhraseIndex index;
  const Status added = index.Add(phrase, 7);
  EXPECT_TRUE(added.has_value());
  return !index.Find(SplitWords(message, folds)).empty();
}

TEST(PhraseIndex, RefusesPhrasesThatCannotBeLookedUp) {
  PhraseIndex index;
  for (const char* phrase : {"", "~", "~ day", "day ~", "a $ b", "a ^ b", "^", "ab*", "a||b"}) {
    EXPECT_FALSE(index.Add(phrase, 0)) << phrase;
  }
  EXPECT_EQ(index.size(), 0u);
}

TEST(PhraseIndex, FindsWordsWhateverTheirCaseAndApostrophes) {
  EXPECT_TRUE(Finds("cant sleep", "I CAN'T sleep."));
  EXPECT_TRUE(Finds("cant sleep", "can\xE2\x80\x99t sleep"));
  EXPECT_FALSE(Finds("cant sleep", "can sleep"));
}

TEST(PhraseIndex, FindsBeginningsAlternativesGapsAndNumbers) {
  EXPECT_TRUE(Finds("panic*", "I was panicking"));
  EXPECT_TRUE(Finds("lost|losing ~ job", "losing that new job"));
  EXPECT_FALSE(Finds("lost ~ job", "lost it and then went off to a job"));
  EXPECT_TRUE(Finds("# weeks", "for three weeks"));
  EXPECT_TRUE(Finds("# weeks", "for 12 weeks"));
  EXPECT_FALSE(Finds("# weeks", "for grey weeks"));
}

TEST(PhraseIndex, AnchorsHoldTheWholeMessage) {
  EXPECT_TRUE(Finds("^ ok $", "ok."));
  EXPECT_FALSE(Finds("^ ok $", "ok but no"));
  EXPECT_FALSE(Finds("^ ok $", "not ok"));
}

TEST(PhraseIndex, ReportsOwnerAndPlace) {
  PhraseIndex index;
  ASSERT_TRUE(index.Add("my ~ dog", 3));
  const auto hits = index.Find(SplitWords("well my old dog sleeps", {}));
  ASSERT_EQ(hits.size(), 1u);
  EXPECT_EQ(hits[0].owner, 3);
  EXPECT_EQ(hits[0].first_word, 1u);
  EXPECT_EQ(hits[0].end_word, 4u);
}

TEST(SplitWords, FoldsContractionsAndMisspellingsAndKeepsPlaces) {
  const Folds folds = {{"i am", "im"}, {"dieing", "dying"}};
  const auto words = SplitWords("I am dieing", folds);
  ASSERT_EQ(words.size(), 2u);
  EXPECT_EQ(words[0].text, "im");
  EXPECT_EQ(words[0].begin, 0u);
  EXPECT_EQ(words[0].end, 4u);
  EXPECT_EQ(words[1].text, "dying");
}

TEST(SplitWords, DoesNotFoldAcrossPunctuation) {
  EXPECT_EQ(SplitWords("I. am", {{"i am", "im"}}).size(), 2u);
}

TEST(SplitWords, StopsAtItsBoundAndSurvivesBrokenText) {
  std::string endless;
  for (int i = 0; i < 9'000; ++i) endless += "a ";
  EXPECT_EQ(SplitWords(endless, {}).size(), kWordsMax);
  EXPECT_TRUE(SplitWords("...\xE2\x80", {}).size() <= 1u);
  EXPECT_TRUE(SplitWords("", {}).empty());
}

}  // namespace
}  // namespace nat
