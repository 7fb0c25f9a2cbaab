#include "llm/openai_error.h"

#include <algorithm>
#include <array>
#include <boost/json/parse.hpp>
#include <optional>
#include <span>
#include <string>

#include "llm/openai_retry_after.h"

namespace nat {
namespace {

namespace json = boost::json;

// What a body says about its error.
struct Complaint {
  std::string word;
  std::optional<int> status;
  // What cannot be repeated, in small letters: it is only looked at for phrases.
  std::string text;
};

bool IsWord(std::string_view text) {
  constexpr std::size_t kWordBytesMax = 40;
  const auto is_word_character = [](char letter) {
    const bool is_letter = (letter >= 'a' && letter <= 'z') || (letter >= 'A' && letter <= 'Z');
    return is_letter || (letter >= '0' && letter <= '9') || letter == '_' || letter == '-';
  };
  return !text.empty() && text.size() <= kWordBytesMax &&
         std::ranges::all_of(text, is_word_character);
}

char ToLower(char letter) {
  return letter >= 'A' && letter <= 'Z' ? static_cast<char>(letter - 'A' + 'a') : letter;
}

void AddText(const json::value* field, Complaint& complaint) {
  constexpr std::size_t kTextBytesRead = 4'000;
  const auto* text = field == nullptr ? nullptr : field->if_string();
  if (text == nullptr) return;
  for (const char letter : std::string_view(*text).substr(0, kTextBytesRead)) {
    complaint.text += ToLower(letter);
  }
  complaint.text += '\n';
}

// `code` before `type`: "rate_limit_exceeded" says more than "requests".
void ReadFields(const json::object& object, Complaint& complaint) {
  for (const auto* name : {"code", "type"}) {
    const json::value* field = object.if_contains(name);
    if (field == nullptr) continue;
    const auto* text = field->if_string();
    if (text != nullptr && complaint.word.empty() && IsWord(*text)) complaint.word = *text;
    const auto* number = field->if_int64();
    const bool is_status = number != nullptr && *number >= 400 && *number <= 599;
    if (is_status) complaint.status = static_cast<int>(*number);
  }
  for (const auto* name : {"message", "detail"}) AddText(object.if_contains(name), complaint);
  // Where OpenRouter keeps what the provider behind it said.
  const json::value* metadata = object.if_contains("metadata");
  if (metadata != nullptr && metadata->is_object()) {
    AddText(metadata->get_object().if_contains("raw"), complaint);
  }
}

// {"error":{...}}, also as the only element of an array or inside a choice; or the fields at the
// top. {"error":"text"}, {"detail":...}, {"message":...}, plain text and HTML hold no word that we
// may repeat.
Complaint ReadComplaint(std::string_view body) {
  Complaint complaint;
  boost::system::error_code not_json;
  const json::value parsed = json::parse(body, not_json);
  if (not_json) return complaint;
  const json::value* value = &parsed;
  if (const auto* array = value->if_array(); array != nullptr && !array->empty())
    value = &array->front();
  const auto* object = value->if_object();
  if (object == nullptr) return complaint;
  const json::value* error = object->if_contains("error");
  const json::value* choices = object->if_contains("choices");
  const bool has_choice = error == nullptr && choices != nullptr && choices->is_array() &&
                          !choices->get_array().empty();
  if (has_choice && choices->get_array()[0].is_object()) {
    error = choices->get_array()[0].get_object().if_contains("error");
  }
  if (error == nullptr) {
    ReadFields(*object, complaint);
  } else if (error->is_object()) {
    ReadFields(error->get_object(), complaint);
  } else {
    AddText(error, complaint);
  }
  return complaint;
}

bool HoldsAny(std::string_view text, std::span<const std::string_view> phrases) {
  return std::ranges::any_of(phrases, [text](std::string_view phrase) {
    return text.find(phrase) != std::string_view::npos;
  });
}

// OpenAI, llama.cpp, Anthropic by word; vLLM, OpenRouter, LM Studio, Ollama, Gemini and others by
// phrase.
bool IsContextTooLong(const Complaint& complaint) {
  constexpr std::array<std::string_view, 3> kWords = {"context_length", "exceed_context_size",
                                                      "request_too_large"};
  constexpr std::array<std::string_view, 10> kPhrases = {
      "context length",     "context window",       "context size",      "context the overflows",
      "prompt is too long", "prompt too long",      "input is too long", "exceeds the context",
      "input token count",  "too many input tokens"};
  return HoldsAny(complaint.word, kWords) || HoldsAny(complaint.text, kPhrases);
}

// A filter of the provider does not want what a person said: OpenAI and Azure by word, OpenRouter
// with status 403 by phrase. It says nothing about the provider, and the next person's words are
// others.
bool IsContentRefused(int status, const Complaint& complaint) {
  constexpr std::array<std::string_view, 3> kWords = {"content_filter", "content_policy",
                                                      "moderation_blocked"};
  constexpr std::array<std::string_view, 6> kPhrases = {
      "was flagged",    "requires moderation", "content management policy",
      "content policy", "content filtering",   "safety system"};
  if (HoldsAny(complaint.word, kWords)) return true;
  const bool may_be = status == 400 || status == 403 || status == 422;
  return may_be && HoldsAny(complaint.text, kPhrases);
}

// Anthropic says so with status 400.
bool IsUnpaid(const Complaint& complaint) {
  constexpr std::array<std::string_view, 3> kPhrases = {"credit balance", "spend limit",
                                                        "usage limits"};
  return HoldsAny(complaint.text, kPhrases);
}

// The status that a word stands for, where one is known.
std::optional<int> StatusOfWord(std::string_view word) {
  struct Meaning {
    std::string_view part;
    int status;
  };
  // Longer names contain these: "rate_limit_exceeded", "overloaded_error", "invalid_request_error".
  constexpr std::array<Meaning, 12> kMeanings = {{{"insufficient_quota", 402},
                                                  {"billing", 402},
                                                  {"rate_limit", 429},
                                                  {"overloaded", 503},
                                                  {"unavailable", 503},
                                                  {"timeout", 504},
                                                  {"too_large", 413},
                                                  {"invalid_request", 400},
                                                  {"authentication", 401},
                                                  {"permission", 403},
                                                  {"not_found", 404},
                                                  {"invalid_api_key", 401}}};
  for (const auto& meaning : kMeanings) {
    if (word.find(meaning.part) != std::string_view::npos) return meaning.status;
  }
  return std::nullopt;
}

ErrorCode CodeOfStatus(int status) {
  switch (status) {
    case 400:
    case 422:
      return ErrorCode::kInvalidInput;
    case 413:
      return ErrorCode::kContextTooLong;
    case 408:
    case 504:
      return ErrorCode::kTimeout;
    case 409:
    case 425:
      return ErrorCode::kUpstream;
    case 429:
      return ErrorCode::kRateLimited;
    case 503:
    case 521:
    case 522:
    case 523:
    case 524:
    case 529:
    case 530:
      return ErrorCode::kUnavailable;
    default:
      return status >= 500 ? ErrorCode::kUpstream : ErrorCode::kUpstreamRefused;
  }
}

// Phrases decide only where the status leaves the reason open: a key is refused whatever the
// sentence about it mentions.
ErrorCode CodeOf(int status, const Complaint& complaint) {
  if (IsContentRefused(status, complaint)) return ErrorCode::kContentRefused;
  const bool is_open = status == 400 || status == 413 || status == 422 || status == 500;
  if (is_open && IsUnpaid(complaint)) return ErrorCode::kUpstreamRefused;
  if (is_open && IsContextTooLong(complaint)) return ErrorCode::kContextTooLong;
  return CodeOfStatus(status);
}

std::string InBrackets(const std::string& word) {
  return word.empty() ? "" : " (" + word + ")";
}

}  // namespace

Error ErrorOfStatus(int status, const Headers& headers, std::string_view body, Time now) {
  const Complaint complaint = ReadComplaint(body);
  // OpenAI answers 429 also where the bill is not paid, which no waiting mends.
  const bool is_unpaid = status == 429 && StatusOfWord(complaint.word) == 402;
  Error error(CodeOf(is_unpaid ? 402 : status, complaint),
              "answered with status " + std::to_string(status) + InBrackets(complaint.word));
  if (TraitsOf(error.code).is_retryable) error.retry_after = RetryAfter(headers, now);
  return error;
}

Error ErrorOfReport(std::string_view json) {
  const Complaint complaint = ReadComplaint(json);
  auto status = complaint.status;
  if (!status) status = StatusOfWord(complaint.word);
  return Error(CodeOf(status.value_or(500), complaint),
               "reported an error in place of a reply" + InBrackets(complaint.word));
}

}  // namespace nat
