#include "llm/visible_text.h"

#include <gtest/gtest.h>

#include <string>

namespace nat {
namespace {

const std::string kReply =
    "Three weeks of checking. That's not idiocy, that's somebody who matters.";

TEST(VisibleText, DropsAnOpeningThatIsReasoning) {
  VisibleText text;
  EXPECT_EQ(text.Add("analysisWe need to be kind, and so on, and so on, and on."),
            Opening::kReasoning);
  EXPECT_EQ(text.Take(), "");
  EXPECT_FALSE(text.has_text());
}

TEST(VisibleText, HoldsTheOpeningUntilItIsLongEnough) {
  VisibleText text;
  text.Add(kReply.substr(0, kOpeningBytes - 1));
  EXPECT_EQ(text.Take(), "");
  EXPECT_TRUE(text.is_opening());
  text.Add(kReply.substr(kOpeningBytes - 1));
  EXPECT_EQ(text.Take(), kReply);
  EXPECT_FALSE(text.is_opening());
}

TEST(VisibleText, HoldsASuspectLongerAndNotForEver) {
  const std::string suspect = "The user is sad. " + kReply;
  VisibleText text;
  text.Add(suspect);
  EXPECT_EQ(text.Take(), "");
  std::string all = suspect;
  while (all.size() < kSuspectOpeningBytes) {
    text.Add(kReply);
    all += kReply;
  }
  EXPECT_EQ(text.Take(), all);
}

TEST(VisibleText, DropsTheNameOfTheFinalChannel) {
  VisibleText text;
  EXPECT_EQ(text.Add("finalHello."), Opening::kFinal);
  EXPECT_EQ(text.Take(), "Hello.");
}

TEST(VisibleText, RestartsAnOpening) {
  VisibleText text;
  text.Add("She is sad.");
  text.RestartOpening();
  text.Add("Hello.");
  EXPECT_EQ(text.opening(), "Hello.");
  text.ReleaseOpening();
  EXPECT_EQ(text.Take(), "Hello.");
}

TEST(VisibleText, KeepsWhiteSpaceOnlyInside) {
  VisibleText text;
  text.Add(" \n");
  text.ReleaseOpening();
  text.Add("\n One.");
  text.Add(" \n");
  EXPECT_EQ(text.Take(), "One.");
  text.Add("\nTwo. ");
  EXPECT_EQ(text.Take(), " \n\nTwo.");
  EXPECT_EQ(text.Take(), "");
}

TEST(VisibleText, SetsParagraphsApart) {
  VisibleText text;
  text.BeginParagraph();
  text.Add("One. ");
  text.BeginParagraph();
  text.Add("Two.");
  text.ReleaseOpening();
  EXPECT_EQ(text.Take(), "One. \n\nTwo.");
  text.BeginParagraph();
  text.Add(" Three.");
  EXPECT_EQ(text.Take(), "\n\n Three.");
}

}  // namespace
}  // namespace nat
