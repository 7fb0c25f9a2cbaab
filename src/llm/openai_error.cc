#include "llm/openai_error.h"

#include <algorithm>
#include <array>
#include <boost/json/parse.hpp>
#include <charconv>
#include <chrono>
#include <optional>
#include <string>

namespace nat {
namespace {

namespace json = boost::json;

// What a body says about its error.
struct Complaint {
  std::string word;
  std::optional<int> status;
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

// `code` before `type`: "rate_limit_exceeded" says more than "requests".
Complaint ReadFields(const json::object& object) {
  Complaint complaint;
  for (const auto* name : {"code", "type"}) {
    const json::value* field = object.if_contains(name);
    if (field == nullptr) continue;
    const auto* text = field->if_string();
    if (text != nullptr && complaint.word.empty() && IsWord(*text)) complaint.word = *text;
    const auto* number = field->if_int64();
    const bool is_status = number != nullptr && *number >= 400 && *number <= 599;
    if (is_status) complaint.status = static_cast<int>(*number);
  }
  return complaint;
}

// {"error":{...}}, also as the only element of an array or inside a choice; or the fields at the
// top. {"error":"text"},
// {"detail":...}, {"message":...}, plain text and HTML hold no word that we may repeat.
Complaint ReadComplaint(std::string_view body) {
  boost::system::error_code not_json;
  const json::value parsed = json::parse(body, not_json);
  if (not_json) return Complaint();
  const json::value* value = &parsed;
  if (const auto* array = value->if_array(); array != nullptr && !array->empty())
    value = &array->front();
  const auto* object = value->if_object();
  if (object == nullptr) return Complaint();
  const json::value* error = object->if_contains("error");
  const json::value* choices = object->if_contains("choices");
  const bool has_choice = error == nullptr && choices != nullptr && choices->is_array() &&
                          !choices->get_array().empty();
  if (has_choice && choices->get_array()[0].is_object()) {
    error = choices->get_array()[0].get_object().if_contains("error");
  }
  if (error == nullptr) return ReadFields(*object);
  return error->is_object() ? ReadFields(error->get_object()) : Complaint();
}

// The status that a word stands for, where one is known.
std::optional<int> StatusOfWord(std::string_view word) {
  struct Meaning {
    std::string_view part;
    int status;
  };
  // Longer names contain these: "rate_limit_exceeded", "overloaded_error", "invalid_request_error".
  constexpr std::array<Meaning, 9> kMeanings = {{{"insufficient_quota", 402},
                                                 {"billing", 402},
                                                 {"rate_limit", 429},
                                                 {"overloaded", 503},
                                                 {"unavailable", 503},
                                                 {"timeout", 504},
                                                 {"context_length", 400},
                                                 {"invalid_request", 400},
                                                 {"authentication", 401}}};
  for (const auto& meaning : kMeanings) {
    if (word.find(meaning.part) != std::string_view::npos) return meaning.status;
  }
  return std::nullopt;
}

ErrorCode CodeOfStatus(int status) {
  switch (status) {
    case 400:
    case 413:
    case 422:
      return ErrorCode::kInvalidInput;
    case 408:
    case 504:
      return ErrorCode::kTimeout;
    case 409:
    case 425:
      return ErrorCode::kUpstream;
    case 429:
      return ErrorCode::kRateLimited;
    case 503:
    case 529:
      return ErrorCode::kUnavailable;
    default:
      return status >= 500 ? ErrorCode::kUpstream : ErrorCode::kUpstreamRefused;
  }
}

std::optional<std::chrono::seconds> RetryAfter(const Headers& headers) {
  constexpr int kOneDaySeconds = 24 * 60 * 60;
  const auto value = headers.Get("Retry-After");
  if (!value) return std::nullopt;
  int seconds = 0;
  const char* end = value->data() + value->size();
  const auto read = std::from_chars(value->data(), end, seconds);
  const bool is_number = read.ec == std::errc() && read.ptr == end && seconds >= 0;
  if (!is_number) return std::nullopt;
  return std::chrono::seconds(std::min(seconds, kOneDaySeconds));
}

std::string InBrackets(const std::string& word) {
  return word.empty() ? "" : " (" + word + ")";
}

}  // namespace

Error ErrorOfStatus(int status, const Headers& headers, std::string_view body) {
  const Complaint complaint = ReadComplaint(body);
  // OpenAI answers 429 also where the bill is not paid, which no waiting mends.
  const bool is_unpaid = status == 429 && StatusOfWord(complaint.word) == 402;
  Error error(CodeOfStatus(is_unpaid ? 402 : status),
              "answered with status " + std::to_string(status) + InBrackets(complaint.word));
  if (TraitsOf(error.code).is_retryable) error.retry_after = RetryAfter(headers);
  return error;
}

Error ErrorOfReport(std::string_view json) {
  const Complaint complaint = ReadComplaint(json);
  auto status = complaint.status;
  if (!status) status = StatusOfWord(complaint.word);
  return Error(CodeOfStatus(status.value_or(500)),
               "reported an error in place of a reply" + InBrackets(complaint.word));
}

}  // namespace nat
