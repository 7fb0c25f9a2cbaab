#include "llm/openai_wire.h"

#include <algorithm>
#include <array>
#include <utility>

#include "llm/openai_error.h"
#include "llm/tolerant_parser.h"
#include "llm/upstream_call.h"

namespace nat {
namespace {

std::string_view NameOf(Role role) {
  switch (role) {
    case Role::kSystem:
      return "system";
    case Role::kUser:
      return "user";
    case Role::kAssistant:
      return "assistant";
  }
  return "user";
}

// Every name under which a server sends what the model thought and did not say (docs:
// tests/support/fixtures).
bool IsReasoningField(std::string_view name) {
  constexpr std::array<std::string_view, 6> kNames = {"reasoning_content", "reasoning",
                                                      "reasoning_details", "reasoning_text",
                                                      "thinking",          "thinking_blocks"};
  return std::ranges::find(kNames, name) != kNames.end();
}

FinishReason FinishReasonOf(std::string_view word) {
  if (word == "stop" || word == "eos" || word == "end_turn") return FinishReason::kStop;
  if (word == "length" || word == "max_tokens") return FinishReason::kLength;
  if (word == "content_filter") return FinishReason::kContentFilter;
  return FinishReason::kOther;
}

// What one pass over a document found. The functions below answer simdjson's error and fill this.
struct Found {
  WireChunk chunk;
  bool has_choices = false;
  bool has_error = false;
};

// The size of a value as it stands in the document.
simdjson::error_code CountBytes(ondemand::value value, std::size_t& bytes) {
  ondemand::json_type type;
  if (const auto error = value.type().get(type)) return error;
  std::string_view text;
  if (type == ondemand::json_type::array) {
    ondemand::array array;
    if (const auto error = value.get_array().get(array)) return error;
    if (const auto error = array.raw_json().get(text)) return error;
  } else if (type == ondemand::json_type::object) {
    ondemand::object object;
    if (const auto error = value.get_object().get(object)) return error;
    if (const auto error = object.raw_json().get(text)) return error;
  } else if (!IsNull(value)) {
    text = value.raw_json_token();
  }
  bytes += text.size();
  return simdjson::SUCCESS;
}

// One element of a content that is an array: {"type":"text","text":"..."}, or a part of reasoning.
simdjson::error_code ReadPart(ondemand::object part, WireChunk& chunk) {
  std::string_view text;
  bool is_visible = true;
  for (auto field : part) {
    std::string_view name;
    if (const auto error = field.unescaped_key().get(name)) return error;
    ondemand::value value;
    if (const auto error = field.value().get(value)) return error;
    if (name == "type") {
      std::string_view type;
      if (const auto error = value.get_string().get(type)) return error;
      is_visible = type == "text" || type == "output_text";
    } else if (name == "text") {
      if (const auto error = value.get_string().get(text)) return error;
    } else if (IsReasoningField(name)) {
      if (const auto error = CountBytes(value, chunk.hidden_bytes)) return error;
    }
  }
  if (is_visible) {
    chunk.text += text;
  } else {
    chunk.hidden_bytes += text.size();
  }
  return simdjson::SUCCESS;
}

simdjson::error_code ReadContent(ondemand::value content, WireChunk& chunk) {
  if (IsNull(content)) return simdjson::SUCCESS;
  ondemand::json_type type;
  if (const auto error = content.type().get(type)) return error;
  if (type == ondemand::json_type::string) {
    std::string_view text;
    if (const auto error = content.get_string().get(text)) return error;
    chunk.text += text;
    return simdjson::SUCCESS;
  }
  ondemand::array parts;
  if (const auto error = content.get_array().get(parts)) return error;
  for (auto element : parts) {
    ondemand::object part;
    if (const auto error = element.get_object().get(part)) return error;
    if (const auto error = ReadPart(part, chunk)) return error;
  }
  return simdjson::SUCCESS;
}

// A `delta` of a stream or the `message` of an answer.
simdjson::error_code ReadMessage(ondemand::value value, WireChunk& chunk) {
  if (IsNull(value)) return simdjson::SUCCESS;
  ondemand::object message;
  if (const auto error = value.get_object().get(message)) return error;
  for (auto field : message) {
    std::string_view name;
    if (const auto error = field.unescaped_key().get(name)) return error;
    ondemand::value content;
    if (const auto error = field.value().get(content)) return error;
    if (name == "content") {
      if (const auto error = ReadContent(content, chunk)) return error;
    } else if (IsReasoningField(name)) {
      if (const auto error = CountBytes(content, chunk.hidden_bytes)) return error;
    }
  }
  return simdjson::SUCCESS;
}

// {"prompt_tokens":9,"completion_tokens":9,...}, or the same under the names of newer APIs.
simdjson::error_code ReadUsage(ondemand::value value, WireChunk& chunk) {
  ondemand::json_type type;
  if (const auto error = value.type().get(type)) return error;
  if (type != ondemand::json_type::object) return simdjson::SUCCESS;
  ondemand::object counts;
  if (const auto error = value.get_object().get(counts)) return error;
  Usage usage;
  for (auto field : counts) {
    std::string_view name;
    if (const auto error = field.unescaped_key().get(name)) return error;
    ondemand::value count;
    if (const auto error = field.value().get(count)) return error;
    if (name == "prompt_tokens" || name == "input_tokens") {
      ReadCount(count, usage.tokens_in);
    } else if (name == "completion_tokens" || name == "output_tokens") {
      ReadCount(count, usage.tokens_out);
    }
  }
  if (usage.tokens_in + usage.tokens_out > 0) chunk.usage = usage;
  return simdjson::SUCCESS;
}

simdjson::error_code ReadChoice(ondemand::object choice, Found& found) {
  for (auto field : choice) {
    std::string_view name;
    if (const auto error = field.unescaped_key().get(name)) return error;
    ondemand::value value;
    if (const auto error = field.value().get(value)) return error;
    if (name == "delta" || name == "message") {
      if (const auto error = ReadMessage(value, found.chunk)) return error;
    } else if (name == "finish_reason" && !IsNull(value)) {
      std::string_view word;
      if (const auto error = value.get_string().get(word)) return error;
      found.has_error |= word == "error";
      // Some servers send an empty one in every chunk.
      if (!word.empty()) found.chunk.finish = FinishReasonOf(word);
    } else if (name == "error") {
      found.has_error |= !IsNull(value);
    } else if (name == "usage") {  // Moonshot's place for it
      if (const auto error = ReadUsage(value, found.chunk)) return error;
    }
  }
  return simdjson::SUCCESS;
}

// We ask for one choice, so the first is the reply.
simdjson::error_code ReadChoices(ondemand::value value, Found& found) {
  found.has_choices = true;
  ondemand::array choices;
  if (const auto error = value.get_array().get(choices)) return error;
  for (auto element : choices) {
    ondemand::object choice;
    if (const auto error = element.get_object().get(choice)) return error;
    return ReadChoice(choice, found);
  }
  return simdjson::SUCCESS;
}

simdjson::error_code ReadAll(ondemand::object object, Found& found) {
  for (auto field : object) {
    std::string_view name;
    if (const auto error = field.unescaped_key().get(name)) return error;
    ondemand::value value;
    if (const auto error = field.value().get(value)) return error;
    if (name == "choices" && !IsNull(value)) {
      if (const auto error = ReadChoices(value, found)) return error;
    } else if (name == "error") {
      found.has_error |= !IsNull(value);
    } else if (name == "usage") {
      if (const auto error = ReadUsage(value, found.chunk)) return error;
    }
  }
  return simdjson::SUCCESS;
}

// Only ever less than what is configured: what is not configured may be refused.
std::string EffortOf(const ChatRequest& request, const std::string& configured) {
  const bool is_least = configured == "none" || configured == "minimal";
  return request.reasons_less && !is_least ? "low" : configured;
}

}  // namespace

std::string WriteChatRequest(const ChatRequest& request, const WireOptions& options) {
  json::array messages;
  for (const auto& message : request.messages) {
    messages.push_back(json::object{{"role", NameOf(message.role)}, {"content", message.text}});
  }
  json::object body;
  body["model"] = options.model;
  body["messages"] = std::move(messages);
  body[options.token_limit_field] = request.reply_tokens_max;
  body["temperature"] = request.temperature.value_or(options.temperature);
  body["stream"] = options.is_streaming;
  if (options.is_streaming) body["stream_options"] = json::object{{"include_usage", true}};
  if (options.reasoning_effort) {
    body["reasoning_effort"] = EffortOf(request, *options.reasoning_effort);
  }
  for (const auto& name : options.omitted_fields) body.erase(name);
  MergeFields(options.extra_body, body);
  return ToJson(body);
}

WireReader::WireReader() : parser_(std::make_unique<TolerantParser>()) {}

WireReader::~WireReader() = default;

Result<WireChunk> WireReader::Read(std::string_view json) {
  Found found;
  const bool is_read = parser_->Read(json, [&found](ondemand::object object) {
    found = Found();
    return ReadAll(object, found);
  });
  if (!is_read) return Error(ErrorCode::kUpstream, "sent what is not a chat completion");
  if (found.has_error || !found.has_choices) return ErrorOfReport(json);
  return std::move(found.chunk);
}

}  // namespace nat
