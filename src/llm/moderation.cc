#include "llm/moderation.h"

#include <algorithm>
#include <cmath>
#include <optional>

#include "base/json.h"
#include "base/limits.h"
#include "llm/openai_error.h"

namespace nat {
namespace {

constexpr std::size_t kAnswerBytesMax = 256UL * 1024;
constexpr std::size_t kCategoriesMax = 64;
constexpr std::size_t kNameBytesMax = 64;

// The first of `results`, or null.
const json::object* FirstResult(const json::object& answer) {
  const json::value* results = answer.if_contains("results");
  const auto* array = results == nullptr ? nullptr : results->if_array();
  return array == nullptr || array->empty() ? nullptr : array->front().if_object();
}

std::optional<double> ScoreOf(const json::value& value) {
  double score = 0;
  if (const auto* number = value.if_double()) {
    score = *number;
  } else if (const auto* whole = value.if_int64()) {
    score = static_cast<double>(*whole);
  } else {
    return std::nullopt;
  }
  return std::isfinite(score) ? std::optional(std::clamp(score, 0.0, 1.0)) : std::nullopt;
}

}  // namespace

Result<Moderation> ReadModeration(std::string_view json) {
  const Error no_moderation(ErrorCode::kUpstream, "sent what is not a moderation");
  auto answer = ParseJsonObject(json, "moderation");
  if (!answer) return no_moderation;
  const json::object* result = FirstResult(*answer);
  if (result == nullptr) {
    const bool has_error = answer->contains("error");
    return has_error ? ErrorOfReport(json) : no_moderation;
  }
  const json::value* flagged = result->if_contains("flagged");
  if (flagged == nullptr || !flagged->is_bool()) return no_moderation;
  Moderation moderation;
  moderation.is_flagged = flagged->get_bool();
  const json::value* scores = result->if_contains("category_scores");
  if (scores == nullptr || !scores->is_object()) return moderation;
  for (const auto& [name, value] : scores->get_object()) {
    if (moderation.scores.size() == kCategoriesMax) break;
    const auto score = ScoreOf(value);
    if (score && name.size() <= kNameBytesMax) moderation.scores.emplace_back(name, *score);
  }
  return moderation;
}

ModerationClient::ModerationClient(HttpClient& client, Clock& clock, ModerationOptions options)
    : client_(client), clock_(clock), options_(std::move(options)) {}

ClientRequest ModerationClient::MakeRequest(const std::string& text) const {
  ClientRequest made;
  made.method = "POST";
  made.url = options_.base_url.Join("/moderations");
  made.timeouts = options_.timeouts;
  made.headers.Add("Content-Type", "application/json");
  made.headers.Add("Accept", "application/json");
  made.headers.Add("User-Agent", "notatherapist");
  AddKey(options_.api_key, options_.auth_scheme, options_.api_key_header, made.headers);
  for (const auto& [name, value] : options_.extra_headers) made.headers.Set(name, value);
  made.body = ToJson(json::object{{"model", options_.model}, {"input", text}});
  return made;
}

Task<Result<Moderation>> ModerationClient::Judge(std::string text) {
  if (text.size() > limits::kReplyBytesMax) {
    co_return Error(ErrorCode::kInvalidInput, "the text to be judged is too long");
  }
  auto outgoing = MakeRequest(text);
  auto response = co_await CallUpstream(client_, clock_, std::move(outgoing));
  if (!response) co_return response.error();
  auto body = co_await ReadWhole(*response->body, kAnswerBytesMax);
  if (!body) {
    Error error = std::move(body).error();
    if (error.code == ErrorCode::kTimeout) error.code = ErrorCode::kTokenTimeout;
    co_return error;
  }
  co_return ReadModeration(*body);
}

}  // namespace nat
