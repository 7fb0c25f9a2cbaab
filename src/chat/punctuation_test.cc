#include "chat/punctuation.h"

#include <gtest/gtest.h>

namespace nat {
namespace {

TEST(Punctuation, KnowsAbbreviationsAndInitials) {
  for (const char* before : {"Mr", "see Dr", "e.g", "(i.e", "U.S", "at 9 a.m", "J", "George R.R",
                             "z.B", "approx", "Mme"}) {
    EXPECT_TRUE(EndsInAbbreviation(before)) << before;
  }
}

TEST(Punctuation, KnowsWordsThatEndASentence) {
  for (const char* before : {"", "going quiet", "so am I", "no", "the sun", "in 2024", "mister",
                             "at the café", "done)"}) {
    EXPECT_FALSE(EndsInAbbreviation(before)) << before;
  }
}

TEST(Punctuation, KnowsTheNumbersOfLists) {
  EXPECT_TRUE(IsListNumber("1"));
  EXPECT_TRUE(IsListNumber("  12"));
  EXPECT_TRUE(IsListNumber("> 3"));
  EXPECT_FALSE(IsListNumber("in 3"));
  EXPECT_FALSE(IsListNumber("2024"));
  EXPECT_FALSE(IsListNumber(""));
}

}  // namespace
}  // namespace nat
