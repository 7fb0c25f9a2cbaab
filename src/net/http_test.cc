#include "net/http.h"

#include <gtest/gtest.h>

namespace nat {
namespace {

TEST(PercentDecode, RefusesWhatIsNoEscape) {
  EXPECT_EQ(PercentDecode("%"), std::nullopt);
  EXPECT_EQ(PercentDecode("a%4"), std::nullopt);
  EXPECT_EQ(PercentDecode("%zz"), std::nullopt);
  EXPECT_EQ(PercentDecode("%4 "), std::nullopt);
}

TEST(PercentDecode, RefusesAZeroByte) {
  EXPECT_EQ(PercentDecode("a%00b"), std::nullopt);
}

TEST(PercentDecode, DecodesEitherCaseOfHexAndKeepsPlus) {
  EXPECT_EQ(PercentDecode("%C3%bc+x"), "\xC3\xBC+x");
  EXPECT_EQ(PercentDecode("%25"), "%");
  EXPECT_EQ(PercentDecode(""), "");
}

TEST(QueryValue, GivesNothingForAnAbsentNameOrABrokenValue) {
  EXPECT_EQ(QueryValue("", "a"), std::nullopt);
  EXPECT_EQ(QueryValue("ab=1", "a"), std::nullopt);
  EXPECT_EQ(QueryValue("a=%g1", "a"), std::nullopt);
}

TEST(QueryValue, TakesTheFirstOfAName) {
  EXPECT_EQ(QueryValue("b=2&a=1&a=3", "a"), "1");
  EXPECT_EQ(QueryValue("a", "a"), "");
  EXPECT_EQ(QueryValue("a=x=y", "a"), "x=y");
}

TEST(QueryValue, DecodesNameAndValue) {
  EXPECT_EQ(QueryValue("%71=two+words%2B", "q"), "two words+");
}

TEST(Headers, CompareNamesWithoutCase) {
  Headers headers;
  headers.Add("Content-Type", "text/plain");
  EXPECT_EQ(headers.Get("content-type"), "text/plain");
  EXPECT_EQ(headers.Get("content-typ"), std::nullopt);
}

TEST(Headers, SetReplacesEveryFieldOfAName) {
  Headers headers;
  headers.Add("X", "1");
  headers.Add("x", "2");
  headers.Set("X", "3");
  ASSERT_EQ(headers.fields().size(), 1U);
  EXPECT_EQ(headers.Get("x"), "3");
}

TEST(Headers, FindATokenInAnyFieldOfTheListAndNotInsideAWord) {
  Headers headers;
  headers.Add("Connection", "keep-alive ,\tUpgrade");
  headers.Add("Connection", "other");
  EXPECT_TRUE(headers.HasToken("connection", "upgrade"));
  EXPECT_TRUE(headers.HasToken("connection", "OTHER"));
  EXPECT_FALSE(headers.HasToken("connection", "keep"));
  EXPECT_FALSE(headers.HasToken("upgrade", "upgrade"));
}

TEST(ReasonPhrase, HasAWordForUnknownNumbers) {
  EXPECT_EQ(ReasonPhrase(404), "Not Found");
  EXPECT_EQ(ReasonPhrase(799), "Status");
}

}  // namespace
}  // namespace nat
