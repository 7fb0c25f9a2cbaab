#include "llm/marker.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace nat {
namespace {

using Kind = MarkerMatch::Kind;
using enum MarkerKind;

TEST(Marker, DoesNotTakeProseForAMarker) {
  for (const std::string text :
       {"<3", "< b", "<b>", "<end>", "<thinking about it>", "<think it over>", "|a|b|", "|end|\n",
        "<|>", "<| >", "<|foo>", "<foo|>", "[inst]", "[link](a)", "«think»", "<message>", "<<",
        "<thin>", "x"}) {
    EXPECT_EQ(MatchMarker(text + " and more", Ending::kOpen).kind, Kind::kNone) << text;
  }
}

TEST(Marker, WaitsForTheRestOfABegin) {
  for (const std::string text :
       {"<", "<|", "<|chan", "<|channel", "<|channel|", "</", "</thi", "<think", "<think a=\"",
        "<channel", "<channel|", "|", "|chan", "|channel|", "[", "[IN", "<<SY", "‹", "< |"}) {
    EXPECT_EQ(MatchMarker(text, Ending::kOpen).kind, Kind::kPartial) << text;
  }
}

TEST(Marker, TakesWhatTheEndCutOff) {
  EXPECT_EQ(MatchMarker("<|chan", Ending::kComplete).kind, Kind::kMarker);
  EXPECT_EQ(MatchMarker("<|end|", Ending::kComplete).marker, kEnd);
  EXPECT_EQ(MatchMarker("<", Ending::kComplete).kind, Kind::kNone);
  EXPECT_EQ(MatchMarker("</thi", Ending::kComplete).kind, Kind::kNone);
}

struct Row {
  std::string marker;
  MarkerKind kind;
};

TEST(Marker, KnowsEachMarkerByItsForm) {
  const std::vector<Row> rows = {
      {"<|channel|>", kChannel},
      {"<|channel>", kThoughtChannel},
      {"<channel|>", kChannelClose},
      {"|channel|>", kChannel},
      {"< | Channel | >", kChannel},
      {"<｜channel｜>", kChannel},
      {"‹|channel|›", kChannel},
      {"<|message|>", kMessage},
      {"<|start|>", kStart},
      {"<|constrain|>", kConstrain},
      {"<|return|>", kEnd},
      {"<|call|>", kEnd},
      {"<|im_start|>", kRole},
      {"<start_of_turn>", kRole},
      {"<turn|>", kEnd},
      {"<｜end▁of▁sentence｜>", kEnd},
      {"<|user|>", kUserTurn},
      {"[INST]", kUserTurn},
      {"[/INST]", kAssistantTurn},
      {"<<SYS>>", kOtherTurn},
      {"<think>", kReasoningOpen},
      {"</ THINK >", kReasoningClose},
      {"<think a=\"b\">", kReasoningOpen},
      {"<think/>", kNoise},
      {"<|anything_2|>", kNoise},
      {"</s>", kNoise},
  };
  for (const Row& row : rows) {
    const MarkerMatch match = MatchMarker(row.marker + "text", Ending::kOpen);
    EXPECT_EQ(match.kind, Kind::kMarker) << row.marker;
    EXPECT_EQ(match.marker, row.kind) << row.marker;
    EXPECT_EQ(match.byte_count, row.marker.size()) << row.marker;
  }
}

TEST(Marker, IsBounded) {
  const std::string attributes = "<think a=\"" + std::string(1000, 'x');
  EXPECT_EQ(MatchMarker(attributes, Ending::kOpen).kind, Kind::kNone);
  EXPECT_EQ(MatchMarker("<|" + std::string(1000, 'x'), Ending::kOpen).kind, Kind::kNone);
  EXPECT_EQ(MatchMarker("<" + std::string(1000, ' '), Ending::kOpen).kind, Kind::kNone);
}

TEST(Marker, KnowsWordsThatLostTheirMarkers) {
  EXPECT_EQ(MatchMarkerWord("assistantfinalHi", Ending::kOpen).marker, kWordFinal);
  EXPECT_EQ(MatchMarkerWord("assistantanalysisHm", Ending::kOpen).marker, kWordHidden);
  EXPECT_EQ(MatchMarkerWord("assistantfin", Ending::kOpen).kind, Kind::kPartial);
  EXPECT_EQ(MatchMarkerWord("assistantfin", Ending::kComplete).kind, Kind::kNone);
  EXPECT_EQ(MatchMarkerWord("assistants", Ending::kOpen).kind, Kind::kNone);
}

TEST(Marker, FindsWhereOneMightBegin) {
  EXPECT_EQ(FindMarkerStart("plain – “text” 你好", 0), std::string_view::npos);
  EXPECT_EQ(FindMarkerStart("a <b", 0), 2u);
  EXPECT_EQ(FindMarkerStart("a <b|", 3), 4u);
  EXPECT_EQ(FindMarkerStart("…‹b", 0), std::string_view("…").size());
}

}  // namespace
}  // namespace nat
