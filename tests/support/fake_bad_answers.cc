#include "tests/support/fake_bad_answers.h"

#include <algorithm>
#include <numeric>
#include <utility>

#include "tests/support/fake_answers.h"

namespace nat {
namespace {

std::string Joined(const std::vector<std::string>& pieces) {
  return std::accumulate(pieces.begin(), pieces.end(), std::string());
}

}  // namespace

std::string NumberedSentences(std::size_t bytes) {
  std::string text;
  for (std::size_t number = 1; text.size() < bytes; ++number) {
    text += "Lamp " + std::to_string(number) + " is lit, and the street is still quiet. ";
  }
  return text + "That was the last lamp.";
}

FakeAnswer BegunReply(const std::string& text, std::size_t count, FakeEnding ending) {
  std::vector<std::string> events;
  for (const auto& word : WordsOf(text)) {
    if (events.size() < count) events.push_back(ContentEvent(word));
  }
  FakeAnswer answer = StreamOf(std::move(events));
  answer.ending = ending;
  return answer;
}

FakeAnswer EndlessHeaders() {
  constexpr std::size_t kLines = 4'000;
  FakeAnswer answer = RawAnswer("HTTP/1.1 200 Fake\r\nContent-Type: text/event-stream\r\n");
  for (std::size_t line = 0; line < kLines; ++line) {
    answer.pieces.push_back("X-Line-" + std::to_string(line) + ": " + std::string(1'000, 'x') +
                            "\r\n");
  }
  answer.ending = FakeEnding::kHang;
  return answer;
}

FakeAnswer FastReasoning(std::chrono::milliseconds length) {
  constexpr auto kPause = std::chrono::milliseconds(10);
  constexpr std::size_t kBytesPerPause = 10'000;
  const auto event = ReasoningEvent("reasoning_content", std::string(kBytesPerPause, 'r'));
  const auto count = static_cast<std::size_t>(length / kPause);
  FakeAnswer answer = StreamOf(std::vector<std::string>(count, event));
  answer.pause = kPause;
  return answer;
}

FakeAnswer ReasoningOnly() {
  return StreamOf({ReasoningEvent("reasoning_content", "The hidden thought is long. "),
                   ReasoningEvent("reasoning_content", "The hidden thought goes on."),
                   FinishEvent("length"), kDoneEvent});
}

FakeAnswer ToolCall() {
  const std::string head = R"(data: {"id":"chatcmpl-fake","object":"chat.completion.chunk",)"
                           R"("created":1,"model":"fake-model","choices":[{"index":0,"delta":)"
                           R"({"tool_calls":[{"index":0,"id":"call_1","type":"function",)"
                           R"("function":{"name":"hidden_tool","arguments":"{}"}}]},)"
                           R"("finish_reason":null}]})";
  return StreamOf({head + "\n\n", FinishEvent("tool_calls"), kDoneEvent});
}

std::string ErrorEvent(const std::string& word) {
  return R"(data: {"error":{"message":"hidden error text","type":")" + word + "\"}}\n\n";
}

FakeAnswer InOnePiece(FakeAnswer answer) {
  answer.pieces = {Joined(answer.pieces)};
  return answer;
}

}  // namespace nat
