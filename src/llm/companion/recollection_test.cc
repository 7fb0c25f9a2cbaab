#include "llm/companion/recollection.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/support/companion_talk.h"

namespace nat {
namespace {

using ::testing::ElementsAre;

TEST(SplitSentences, KeepsQuotesAndDotsTogether) {
  EXPECT_THAT(SplitSentences("One. \"Two.\" Three? Four"),
              ElementsAre("One.", "\"Two.\"", "Three?", "Four"));
  EXPECT_THAT(SplitSentences("findahelpline.com is there."),
              ElementsAre("findahelpline.com is there."));
  EXPECT_TRUE(SplitSentences("  ").empty());
}

TEST(OpeningOf, IsTheFirstTwoWords) {
  EXPECT_EQ(OpeningOf("That's it. More"), "that's it");
  EXPECT_EQ(OpeningOf("\"Useless\" is hard"), "useless is");
  EXPECT_EQ(OpeningOf(""), "");
}

TEST(Holds, SeesALineThroughItsSlots) {
  EXPECT_TRUE(Holds("So Tom knows now. Fine.", "So {person} knows now."));
  EXPECT_FALSE(Holds("So Tom knows.", "So {person} knows now."));
  EXPECT_FALSE(Holds("anything", "{quote}"));
}

TEST(Recall, SurvivesAnEmptyHistoryAndOneWithoutAPerson) {
  EXPECT_EQ(Recall({}, ShippedScript()).readings.size(), 1u);
  const auto past = Recall({{Role::kSystem, "s"}, {Role::kAssistant, "Hello?"}}, ShippedScript());
  EXPECT_EQ(past.readings.size(), 1u);
  EXPECT_EQ(past.questions_in_a_row, 1u);
}

TEST(Recall, CountsQuestionsInARow) {
  const auto past = Recall({{Role::kAssistant, "What?"},
                            {Role::kAssistant, "Well."},
                            {Role::kAssistant, "Who?"},
                            {Role::kAssistant, "Where?"},
                            {Role::kUser, "here"}},
                           ShippedScript());
  EXPECT_EQ(past.questions_in_a_row, 2u);
  EXPECT_EQ(past.LastReply(), "Where?");
  EXPECT_TRUE(past.HasSaid({"Where?"}, 1));
  EXPECT_FALSE(past.HasSaid({"What?"}, 1));
}

TEST(Recall, LooksNoFurtherBackThanItsBound) {
  std::vector<ChatMessage> history(10'000, {Role::kUser, "my mum called"});
  EXPECT_LE(Recall(history, ShippedScript()).readings.size(), limits::kCompanionMessagesRead);
}

}  // namespace
}  // namespace nat
