#include "llm/anthropic_wire.h"

#include <algorithm>
#include <utility>

#include "base/text.h"
#include "llm/openai_error.h"
#include "llm/tolerant_parser.h"
#include "llm/upstream_call.h"
#include "net/http.h"

namespace nat {
namespace {

constexpr std::string_view kBegin = "[The conversation begins.]";
constexpr std::string_view kGoOn = "[Please go on.]";

bool IsBlank(std::string_view text) {
  return text.find_first_not_of(" \t\r\n") == std::string_view::npos;
}

void AddParagraph(std::string_view text, std::string& whole) {
  if (!whole.empty()) whole += "\n\n";
  whole += text;
}

// What follows a '<': "system", or its end, in any case and with white space around it.
bool IsOurTag(std::string_view rest) {
  constexpr std::string_view kName = "system";
  rest = TrimWhiteSpaceAtStart(rest);
  if (rest.starts_with('/')) rest = TrimWhiteSpaceAtStart(rest.substr(1));
  return EqualsIgnoringCase(rest.substr(0, kName.size()), kName);
}

// What a person wrote, without tags that would make it ours: their '<' becomes U+2039, which looks
// like it.
std::string WithoutOurTags(const std::string& text) {
  std::string cleaned;
  for (std::size_t at = 0; at < text.size(); ++at) {
    const bool opens = text[at] == '<' && IsOurTag(std::string_view(text).substr(at + 1));
    if (opens) {
      cleaned += "\xE2\x80\xB9";
    } else {
      cleaned += text[at];
    }
  }
  return cleaned;
}

struct Conversation {
  std::string system;
  std::vector<ChatMessage> messages;  // kUser and kAssistant in turns
};

void AddMessage(Role role, std::string_view text, std::vector<ChatMessage>& messages) {
  if (messages.empty() || messages.back().role != role) messages.push_back({role, ""});
  AddParagraph(text, messages.back().text);
}

Conversation Arrange(const std::vector<ChatMessage>& messages) {
  Conversation arranged;
  for (const auto& message : messages) {
    if (IsBlank(message.text)) continue;
    if (message.role != Role::kSystem) {
      const bool begins_late = arranged.messages.empty() && message.role == Role::kAssistant;
      if (begins_late) AddMessage(Role::kUser, kBegin, arranged.messages);
      AddMessage(message.role, WithoutOurTags(message.text), arranged.messages);
    } else if (arranged.messages.empty()) {
      AddParagraph(message.text, arranged.system);
    } else {
      AddMessage(Role::kUser, "<system>\n" + message.text + "\n</system>", arranged.messages);
    }
  }
  if (arranged.messages.empty()) AddMessage(Role::kUser, kBegin, arranged.messages);
  if (arranged.messages.back().role == Role::kAssistant) {
    AddMessage(Role::kUser, kGoOn, arranged.messages);
  }
  return arranged;
}

FinishReason FinishReasonOf(std::string_view word) {
  if (word == "end_turn" || word == "stop_sequence") return FinishReason::kStop;
  if (word == "max_tokens" || word == "model_context_window_exceeded") return FinishReason::kLength;
  return word == "refusal" ? FinishReason::kContentFilter : FinishReason::kOther;
}

// What one pass over a document found.
struct Found {
  WireChunk chunk;
  std::string_view type;  // of the event or the answer
  bool has_error = false;
};

// A block of content or a part of one: {"type":"text","text":"..."}, {"type":"text_delta",...},
// {"type":"thinking_delta","thinking":"..."}, {"type":"signature_delta","signature":"..."}; also
// the `delta` at the end of a message, which holds its stop_reason.
simdjson::error_code ReadBlock(ondemand::value value, WireChunk& chunk) {
  if (IsNull(value)) return simdjson::SUCCESS;
  ondemand::object block;
  if (const auto error = value.get_object().get(block)) return error;
  std::string_view type;
  std::string_view text;
  for (auto field : block) {
    std::string_view name;
    if (const auto error = field.unescaped_key().get(name)) return error;
    ondemand::value content;
    if (const auto error = field.value().get(content)) return error;
    std::string_view word;
    const bool is_text = content.get_string().get(word) == simdjson::SUCCESS;
    if (name == "text") {
      if (!is_text) return simdjson::INCORRECT_TYPE;
      text = word;
    } else if (!is_text) {
      continue;
    } else if (name == "type") {
      type = word;
    } else if (name == "stop_reason") {
      chunk.finish = FinishReasonOf(word);
    } else {
      chunk.hidden_bytes += word.size();  // thinking, its signature, a tool's input
    }
  }
  const bool is_visible = type == "text" || type == "text_delta";
  if (is_visible) {
    chunk.text += text;
  } else {
    chunk.hidden_bytes += text.size();
  }
  return simdjson::SUCCESS;
}

simdjson::error_code ReadContent(ondemand::value value, WireChunk& chunk) {
  ondemand::array blocks;
  if (const auto error = value.get_array().get(blocks)) return error;
  for (auto element : blocks) {
    ondemand::value block;
    if (const auto error = element.get(block)) return error;
    if (const auto error = ReadBlock(block, chunk)) return error;
  }
  return simdjson::SUCCESS;
}

// Counts stand in `usage` as far as they are known; what is read from a cache is sent all the same.
simdjson::error_code ReadUsage(ondemand::value value, Usage& usage, WireChunk& chunk) {
  if (IsNull(value)) return simdjson::SUCCESS;
  ondemand::object counts;
  if (const auto error = value.get_object().get(counts)) return error;
  std::size_t tokens_in = 0;
  for (auto field : counts) {
    std::string_view name;
    if (const auto error = field.unescaped_key().get(name)) return error;
    ondemand::value count;
    if (const auto error = field.value().get(count)) return error;
    std::size_t tokens = 0;
    if (name == "output_tokens") {
      ReadCount(count, usage.tokens_out);
    } else if (name == "input_tokens" || name == "cache_creation_input_tokens" ||
               name == "cache_read_input_tokens") {
      ReadCount(count, tokens);
      tokens_in += tokens;
    }
  }
  if (tokens_in > 0) usage.tokens_in = tokens_in;
  chunk.usage = usage;
  return simdjson::SUCCESS;
}

enum class Level { kEvent, kMessageOfEvent };

// An event, a whole answer, or the message inside of message_start, which is like an answer.
simdjson::error_code ReadFields(ondemand::object object, Level level, Usage& usage, Found& found) {
  for (auto field : object) {
    std::string_view name;
    if (const auto error = field.unescaped_key().get(name)) return error;
    ondemand::value value;
    if (const auto error = field.value().get(value)) return error;
    const bool is_event = level == Level::kEvent;
    if (name == "type" && is_event) {
      if (const auto error = value.get_string().get(found.type)) return error;
    } else if (name == "delta" || name == "content_block") {
      if (const auto error = ReadBlock(value, found.chunk)) return error;
    } else if (name == "content") {
      if (const auto error = ReadContent(value, found.chunk)) return error;
    } else if (name == "usage") {
      if (const auto error = ReadUsage(value, usage, found.chunk)) return error;
    } else if (name == "stop_reason" && !IsNull(value)) {
      std::string_view word;
      if (const auto error = value.get_string().get(word)) return error;
      found.chunk.finish = FinishReasonOf(word);
    } else if (name == "error" && !IsNull(value)) {
      found.has_error = true;
    } else if (name == "message" && is_event) {
      ondemand::object message;
      if (value.get_object().get(message)) continue;
      if (const auto error = ReadFields(message, Level::kMessageOfEvent, usage, found))
        return error;
    }
  }
  return simdjson::SUCCESS;
}

}  // namespace

std::string WriteAnthropicRequest(const ChatRequest& request, const AnthropicWireOptions& options) {
  const Conversation conversation = Arrange(request.messages);
  json::array messages;
  for (const auto& message : conversation.messages) {
    const bool is_user = message.role == Role::kUser;
    messages.push_back(
        json::object{{"role", is_user ? "user" : "assistant"}, {"content", message.text}});
  }
  json::object body;
  body["model"] = options.model;
  if (!conversation.system.empty()) body["system"] = conversation.system;
  body["messages"] = std::move(messages);
  body["max_tokens"] = request.reply_tokens_max;
  body["temperature"] = std::min(request.temperature.value_or(options.temperature), 1.0);
  body["stream"] = options.is_streaming;
  if (options.reasoning_effort) {
    const std::string effort = request.reasons_less ? "low" : *options.reasoning_effort;
    body["output_config"] = json::object{{"effort", effort}};
  }
  for (const auto& name : options.omitted_fields) body.erase(name);
  MergeFields(options.extra_body, body);
  return ToJson(body);
}

AnthropicReader::AnthropicReader() : parser_(std::make_unique<TolerantParser>()) {}

AnthropicReader::~AnthropicReader() = default;

Result<WireChunk> AnthropicReader::Read(std::string_view json) {
  Found found;
  Usage usage;
  bool ends_message = false;
  const bool is_read = parser_->Read(json, [&](ondemand::object object) {
    found = Found();
    usage = usage_;
    const auto error = ReadFields(object, Level::kEvent, usage, found);
    ends_message = found.type == "message_stop";
    found.has_error |= found.type == "error" || found.type.empty();
    return error;
  });
  if (!is_read) return Error(ErrorCode::kUpstream, "sent what is not a message");
  if (found.has_error) return ErrorOfReport(json);
  usage_ = usage;
  if (ends_message && !found.chunk.finish) found.chunk.finish = FinishReason::kStop;
  return std::move(found.chunk);
}

}  // namespace nat
