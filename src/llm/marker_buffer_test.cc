#include "llm/marker_buffer.h"

#include <gtest/gtest.h>

#include <string>

namespace nat {
namespace {

using Kind = MarkerMatch::Kind;
using Words = MarkerBuffer::Words;

TEST(MarkerBuffer, KeepsTheBeginOfAMarkerThatAnotherInterrupts) {
  MarkerBuffer buffer;
  buffer.Append("<|e<|foo|>nd|>");
  const auto front = buffer.LookAtFront(Words::kIgnored, Ending::kOpen);
  EXPECT_EQ(front.match.kind, Kind::kMarker);
  EXPECT_EQ(front.at, 3u);
  buffer.Erase(front.at, front.match.byte_count);
  EXPECT_EQ(buffer.LookAtFront(Words::kIgnored, Ending::kOpen).match.marker, MarkerKind::kEnd);
}

TEST(MarkerBuffer, GivesUpOnTooManyInterruptions) {
  MarkerBuffer buffer;
  std::string begins;
  while (begins.size() < 1000) begins += "<|";
  buffer.Append(begins);
  const auto front = buffer.LookAtFront(Words::kIgnored, Ending::kOpen);
  EXPECT_EQ(front.match.kind, Kind::kNone);
  EXPECT_GT(front.at, 0u);
}

TEST(MarkerBuffer, TakesAWordForAMarkerOnlyWhereItIsGlued) {
  for (const char* before : {"\"", "'", "`", " "}) {
    MarkerBuffer buffer;
    buffer.Append(std::string(before) + "assistantfinal");
    buffer.Take(1);
    EXPECT_EQ(buffer.LookAtFront(Words::kGlued, Ending::kOpen).match.kind, Kind::kNone) << before;
  }
  MarkerBuffer buffer;
  buffer.Append(".assistantfinal");
  buffer.Take(1);
  EXPECT_EQ(buffer.LookAtFront(Words::kGlued, Ending::kOpen).match.kind, Kind::kMarker);
  EXPECT_EQ(buffer.LookAtFront(Words::kIgnored, Ending::kOpen).match.kind, Kind::kNone);
}

TEST(MarkerBuffer, GivesBackWhatWasPutBack) {
  MarkerBuffer buffer;
  buffer.Append("one two");
  EXPECT_EQ(buffer.Take(4), "one ");
  buffer.PutBack("and ");
  EXPECT_EQ(buffer.rest(), "and two");
  EXPECT_EQ(buffer.Take(100), "and two");
  EXPECT_TRUE(buffer.is_empty());
}

}  // namespace
}  // namespace nat
