#include "net/sse.h"

#include <gtest/gtest.h>

#include <optional>
#include <vector>

#include "base/limits.h"

namespace nat {
namespace {

// Feeds `stream` in pieces of `piece_bytes`; nothing where the parser refuses it.
std::optional<std::vector<SseEvent>> Parse(SseParser& parser, const std::string& stream,
                                           std::size_t piece_bytes) {
  std::vector<SseEvent> events;
  for (std::size_t at = 0; at < stream.size(); at += piece_bytes) {
    const std::string cut = stream.substr(at, piece_bytes);
    std::string_view rest = cut;
    for (;;) {
      auto event = parser.Take(rest);
      if (!event) return std::nullopt;
      if (*event == nullptr) break;
      events.push_back(**event);
    }
  }
  return events;
}

std::vector<std::string> Payloads(const std::string& stream) {
  SseParser parser;
  auto events = Parse(parser, stream, stream.size());
  std::vector<std::string> payloads;
  for (const auto& event : events.value()) payloads.push_back(event.payload);
  return payloads;
}

using Texts = std::vector<std::string>;

TEST(SseParser, RefusesALineWithoutEnd) {
  SseParser parser;
  const std::string line = "data: " + std::string(limits::kUpstreamEventBytesMax, 'x');
  EXPECT_FALSE(Parse(parser, line, 4'096));
}

TEST(SseParser, RefusesAnEventOfEndlessLines) {
  SseParser parser;
  std::string lines;
  while (lines.size() < limits::kUpstreamEventBytesMax * 2)
    lines += "data: " + std::string(1'000, 'x') + "\n";
  EXPECT_FALSE(Parse(parser, lines, 4'096));
}

TEST(SseParser, DropsAnEventThatTheStreamEndsInTheMiddleOf) {
  EXPECT_EQ(Payloads("data: whole\n\ndata: half\n"), Texts({"whole"}));
}

TEST(SseParser, SkipsCommentsUnknownFieldsAndEventsWithoutData) {
  EXPECT_EQ(Payloads(": OPENROUTER PROCESSING\n\nevent: ping\n\nnonsense\nfield: 1\ndata: x\n\n"),
            Texts({"x"}));
}

TEST(SseParser, ForgetsTheNameOfAnEventWithoutData) {
  SseParser parser;
  auto events = Parse(parser, "event: ping\n\ndata: x\n\n", 1);
  ASSERT_EQ(events.value().size(), 1u);
  EXPECT_EQ(events->front().name, "message");
}

TEST(SseParser, TakesOneSpaceAfterTheColonAndKeepsTheRest) {
  EXPECT_EQ(Payloads("data:a\n\ndata: b\n\ndata:  c\n\n"), Texts({"a", "b", " c"}));
}

TEST(SseParser, TakesAFieldWithoutColonAsEmpty) {
  EXPECT_EQ(Payloads("data\n\ndata\ndata\n\n"), Texts({"", "\n"}));
}

TEST(SseParser, JoinsLinesOfData) {
  EXPECT_EQ(Payloads("data: YHOO\ndata: +2\ndata: 10\n\n"), Texts({"YHOO\n+2\n10"}));
}

TEST(SseParser, TakesABomOnlyAtTheVeryStart) {
  EXPECT_EQ(Payloads("\xEF\xBB\xBF"
                     "data: a\n\n\xEF\xBB\xBF"
                     "data: b\n\n"),
            Texts({"a"}));
}

TEST(SseParser, EndsAnEventAtALoneReturnWithoutWaiting) {
  EXPECT_EQ(Payloads("data: a\r\r"), Texts({"a"}));
}

TEST(SseParser, KeepsTheIdAndIgnoresOneWithAZeroByte) {
  SseParser parser;
  const std::string stream =
      std::string("id: 7\ndata: a\n\nid: 8") + '\0' + "\ndata: b\n\nid\ndata: c\n\n";
  auto events = Parse(parser, stream, stream.size());
  ASSERT_EQ(events.value().size(), 3u);
  EXPECT_EQ((*events)[0].id, "7");
  EXPECT_EQ((*events)[1].id, "7");
  EXPECT_EQ((*events)[2].id, "");
}

TEST(SseParser, TakesARetryOfDigitsOnly) {
  SseParser parser;
  Parse(parser, "retry: soon\nretry: 5s\nretry: -1\n", 3);
  EXPECT_FALSE(parser.retry());
  Parse(parser, "retry: 1500\n", 3);
  EXPECT_EQ(parser.retry(), std::chrono::milliseconds(1'500));
}

TEST(SseParser, FindsTheSameEventsHoweverTheBytesAreCut) {
  const std::string stream =
      "\xEF\xBB\xBFid: 1\r\nevent: text\r\ndata: {\"text\":\"\xC3\xA9\xF0\x9F\x99\x82\"}\r\n\r\n"
      ": heartbeat\r\n\r\ndata: a\rdata: b\r\rdata: c\n\n";
  for (std::size_t cut = 1; cut <= stream.size(); ++cut) {
    SseParser parser;
    auto events = Parse(parser, stream, cut);
    ASSERT_TRUE(events) << cut;
    ASSERT_EQ(events->size(), 3u) << cut;
    EXPECT_EQ((*events)[0].name, "text") << cut;
    EXPECT_EQ((*events)[0].payload, "{\"text\":\"\xC3\xA9\xF0\x9F\x99\x82\"}") << cut;
    EXPECT_EQ((*events)[1].payload, "a\nb") << cut;
    EXPECT_EQ((*events)[2].payload, "c") << cut;
  }
}

TEST(SseWriter, WritesNumberNameAndData) {
  EXPECT_EQ(WriteSseEvent(7, "text", "{}"), "id: 7\nevent: text\ndata: {}\n\n");
}

TEST(SseWriter, SplitsDataAtEveryLineBreakSoThatItComesBackWhole) {
  const std::string text = WriteSseEvent(1, "text", "a\nb\r\nc\rd\n");
  EXPECT_EQ(text, "id: 1\nevent: text\ndata: a\ndata: b\ndata: c\ndata: d\ndata: \n\n");
  EXPECT_EQ(Payloads(text), Texts({"a\nb\nc\nd\n"}));
}

TEST(SseWriter, HasAHeartbeatThatIsNoEvent) {
  EXPECT_EQ(Payloads(std::string(kSseHeartbeat) + "data: x\n\n"), Texts({"x"}));
}

}  // namespace
}  // namespace nat
