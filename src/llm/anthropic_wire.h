// Anthropic's messages as structs, both ways (Claude API reference: Messages, Streaming). Pure: no
// network, no time. AnthropicProvider moves the bytes.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.h"
#include "base/json.h"
#include "llm/provider.h"
#include "llm/reply_reader.h"

namespace nat {

class TolerantParser;

// What a request says besides the conversation.
struct AnthropicWireOptions {
  std::string model;
  bool is_streaming = true;
  double temperature = 0.7;                     // where the request has none
  std::optional<std::string> reasoning_effort;  // as output_config.effort
  std::vector<std::string> omitted_fields;      // that the model refuses, such as "temperature"
  // Replaces and adds fields of the request, objects field by field; a null removes one.
  json::object extra_body;
};

// The body of POST /messages. What comes before the first person's words as system messages is
// `system`; a later one becomes part of what the person said, in <system> tags, which nobody else's
// text can hold. Messages of one role in a row become one; what is empty is left out; where the
// conversation does not begin or end with the person, a short note in brackets stands for them, as
// the API asks for it.
std::string WriteAnthropicRequest(const ChatRequest& request, const AnthropicWireOptions& options);

// Reads events and whole answers. One for each stream: the tokens of the request are counted at its
// begin and those of the reply at its end.
class AnthropicReader final : public ReplyReader {
 public:
  AnthropicReader();
  ~AnthropicReader() override;
  AnthropicReader(const AnthropicReader&) = delete;
  AnthropicReader& operator=(const AnthropicReader&) = delete;

  // Events of an unknown type say nothing, as the API asks of its clients.
  Result<WireChunk> Read(std::string_view json) override;

 private:
  std::unique_ptr<TolerantParser> parser_;
  Usage usage_;
};

}  // namespace nat
