#include "llm/opening.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace nat {
namespace {

struct Row {
  const char* text;
  Opening expected;
};

TEST(Opening, TellsLeaksFromReplies) {
  const std::vector<Row> rows = {
      {"analysisWe need", Opening::kReasoning},
      {"analysis\"Hi\"", Opening::kReasoning},
      {"analysis1. The", Opening::kReasoning},
      {"analysis我们", Opening::kReasoning},
      {"commentaryLooking", Opening::kReasoning},
      {"commentary to=functions.f", Opening::kReasoning},
      {"finalHello", Opening::kFinal},
      {"final\nHello", Opening::kFinal},
      {"analysis of", Opening::kSuspect},
      {"analysisokay", Opening::kSuspect},
      {"AnalysisWe", Opening::kSuspect},
      {"Okay, the user is sad, and so I should be very kind.", Opening::kSuspect},
      {"Analysis of your week", Opening::kReply},
      {"Analysisklausur", Opening::kReply},
      {"Three weeks of checking. That's not idiocy, that's someone.", Opening::kReply},
      {"", Opening::kUndecided},
      {"ana", Opening::kUndecided},
      {"analysis", Opening::kUndecided},
      {"commentary to", Opening::kUndecided},
      {"final", Opening::kUndecided},
      {"finally", Opening::kUndecided},
      {"Three weeks", Opening::kUndecided},
  };
  for (const Row& row : rows) EXPECT_EQ(JudgeOpening(row.text), row.expected) << row.text;
}

TEST(Opening, DecidesAtTheLatestWhenItIsFull) {
  EXPECT_EQ(JudgeOpening(std::string(kOpeningBytes - 1, 'x')), Opening::kUndecided);
  EXPECT_EQ(JudgeOpening(std::string(kOpeningBytes, 'x')), Opening::kReply);
}

TEST(Opening, KnowsANameThatStandsAlone) {
  EXPECT_TRUE(IsChannelName("analysis"));
  EXPECT_TRUE(IsChannelName("final"));
  EXPECT_FALSE(IsChannelName("Final"));
  EXPECT_FALSE(IsChannelName(""));
}

}  // namespace
}  // namespace nat
