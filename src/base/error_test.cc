#include "base/error.h"

#include <gtest/gtest.h>

#include <set>
#include <string>

#include "base/problem.h"

namespace nat {
namespace {

TEST(Error, EveryCodeHasOneRowWithAWordOfItsOwn) {
  std::set<std::string_view> words;
  for (int number = 0; number <= static_cast<int>(ErrorCode::kInternal); ++number) {
    const auto code = static_cast<ErrorCode>(number);
    const auto& traits = TraitsOf(code);
    EXPECT_EQ(traits.code, code);
    EXPECT_TRUE(words.insert(traits.word).second) << traits.word;
    EXPECT_GE(traits.http_status, 400);
    EXPECT_FALSE(traits.sentence.empty());
    EXPECT_EQ(ErrorCodeFromWord(traits.word), code);
  }
}

TEST(Error, AWordThatIsNotOursIsAFaultOnOurSide) {
  EXPECT_EQ(ErrorCodeFromWord("nonsense"), ErrorCode::kInternal);
}

TEST(Result, HoldsAnErrorOrAValueAndNeverBoth) {
  const Result<int> broken(Error(ErrorCode::kTimeout, "late"));
  EXPECT_FALSE(broken);
  EXPECT_EQ(broken.error().code, ErrorCode::kTimeout);
  const Result<int> whole(3);
  EXPECT_TRUE(whole);
  EXPECT_EQ(*whole, 3);
}

TEST(ResultDeathTest, AskingABrokenOneForItsValueEndsTheProgram) {
  const Result<int> broken(Error(ErrorCode::kTimeout, "late"));
  EXPECT_DEATH(static_cast<void>(*broken), "");
}

TEST(Problem, ShowsThePublicSentenceAndNeverTheMessage) {
  const auto problem = ToProblem(Error(ErrorCode::kInternal, "the row of anna@example.org"));
  EXPECT_EQ(problem.at("code"), "internal");
  EXPECT_EQ(problem.at("status"), 500);
  EXPECT_EQ(ToJson(problem).find("anna"), std::string::npos);
}

TEST(Problem, PrefersTheErrorsOwnDetail) {
  const auto problem = ToProblem(Error(ErrorCode::kInvalidInput, "bad", "Write less."));
  EXPECT_EQ(problem.at("detail"), "Write less.");
}

}  // namespace
}  // namespace nat
