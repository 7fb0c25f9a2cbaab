#include "tests/support/fake_answers.h"

#include <boost/json/serialize.hpp>
#include <boost/json/value.hpp>
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <sstream>

namespace nat {
namespace {

namespace json = boost::json;

std::string EventOf(const json::value& value) {
  return "data: " + json::serialize(value) + "\n\n";
}

json::object Envelope(const char* kind) {
  return json::object{{"id", "chatcmpl-fake"},
                      {"object", kind},
                      {"created", 1'764'000'000},
                      {"model", "fake-model"}};
}

std::string ChunkEvent(json::object delta, json::value finish_reason) {
  json::object chunk = Envelope("chat.completion.chunk");
  chunk["choices"] = {json::object{
      {"index", 0}, {"delta", std::move(delta)}, {"finish_reason", std::move(finish_reason)}}};
  return EventOf(chunk);
}

std::string UsageEvent() {
  json::object chunk = Envelope("chat.completion.chunk");
  chunk["choices"] = json::array();
  chunk["usage"] = {{"prompt_tokens", 20}, {"completion_tokens", 10}, {"total_tokens", 30}};
  return EventOf(chunk);
}

std::string ReadFixture(const std::string& name) {
  const std::string path = std::string(NAT_SOURCE_DIR) + "/tests/support/fixtures/" + name;
  std::ifstream file(path, std::ios::binary);
  if (!file) {
    std::fprintf(stderr, "no fixture %s\n", path.c_str());
    std::abort();
  }
  std::ostringstream text;
  text << file.rdbuf();
  return text.str();
}

}  // namespace

std::vector<std::string> WordsOf(const std::string& text) {
  std::vector<std::string> words;
  for (std::size_t at = 0; at < text.size();) {
    const std::size_t end = text.find(' ', at + 1);
    words.push_back(text.substr(at, end == std::string::npos ? end : end - at));
    at = end == std::string::npos ? text.size() : end;
  }
  return words;
}

std::string ContentEvent(const std::string& content) {
  return ChunkEvent({{"content", content}}, nullptr);
}

std::string ReasoningEvent(const std::string& field, const std::string& reasoning) {
  json::object delta;
  delta[field] = reasoning;
  if (field == "reasoning_details") {
    delta[field] = {json::object{{"type", "reasoning.text"}, {"text", reasoning}, {"index", 0}}};
  }
  return ChunkEvent(std::move(delta), nullptr);
}

std::string FinishEvent(const std::string& reason) {
  return ChunkEvent(json::object(), json::value(reason));
}

std::string AnthropicTextEvent(const std::string& text) {
  return "event: content_block_delta\n" +
         EventOf({{"type", "content_block_delta"},
                  {"index", 0},
                  {"delta", {{"type", "text_delta"}, {"text", text}}}});
}

FakeAnswer StreamOf(std::vector<std::string> pieces) {
  FakeAnswer answer;
  answer.headers = {{"Content-Type", "text/event-stream"}};
  answer.pieces = std::move(pieces);
  return answer;
}

FakeAnswer StreamedReply(const std::string& text) {
  std::vector<std::string> events;
  events.push_back(ChunkEvent({{"role", "assistant"}, {"content", ""}}, nullptr));
  for (const auto& word : WordsOf(text)) events.push_back(ContentEvent(word));
  events.push_back(FinishEvent("stop"));
  events.push_back(UsageEvent());
  events.push_back(kDoneEvent);
  return StreamOf(std::move(events));
}

FakeAnswer WholeReply(const std::string& text) {
  json::object answer = Envelope("chat.completion");
  answer["choices"] = {json::object{{"index", 0},
                                    {"message", {{"role", "assistant"}, {"content", text}}},
                                    {"finish_reason", "stop"}}};
  return JsonAnswer(200, json::serialize(answer));
}

FakeAnswer JsonAnswer(int status, const std::string& text) {
  FakeAnswer answer;
  answer.status = status;
  answer.headers = {{"Content-Type", "application/json"}};
  answer.framing = FakeFraming::kLength;
  answer.pieces = {text};
  return answer;
}

FakeAnswer HtmlAnswer(int status) {
  FakeAnswer answer =
      JsonAnswer(status, "<!doctype html>\n<title>Bad Gateway</title>\n<h1>502</h1>\n");
  answer.headers = {{"Content-Type", "text/html"}};
  return answer;
}

FakeAnswer FixtureAnswer(const std::string& name, int status) {
  if (!name.ends_with(".sse")) return JsonAnswer(status, ReadFixture(name));
  FakeAnswer answer = StreamOf({ReadFixture(name)});
  answer.status = status;
  return answer;
}

FakeAnswer SilentAnswer() {
  FakeAnswer answer = RawAnswer("");
  answer.ending = FakeEnding::kHang;
  return answer;
}

FakeAnswer RawAnswer(std::string bytes) {
  FakeAnswer answer;
  answer.framing = FakeFraming::kRaw;
  answer.pieces = {std::move(bytes)};
  return answer;
}

}  // namespace nat
