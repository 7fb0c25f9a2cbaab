#include "api/api.h"

#include <algorithm>
#include <utility>

#include "account/guest_cookie.h"
#include "api/caller.h"
#include "api/cookies.h"
#include "api/responses.h"

namespace nat {
namespace {

constexpr int kNoContent = 204;

// Copies what the steps before the handler want said in the answer, whichever answer it becomes.
void AddHeaders(const Response& extra, Response& response) {
  for (const auto& [name, value] : extra.headers.fields()) response.headers.Add(name, value);
}

}  // namespace

Task<Response> Api::Handle(Request request) {
  Exchange exchange;
  exchange.request = std::move(request);
  exchange.id = RequestId::Make();
  exchange.client = parts_.trusted_proxies.Find(exchange.request);
  Response extra;  // headers for the answer, gathered on the way
  auto answered = co_await Answer(exchange, extra);
  Response response;
  if (answered) {
    response = std::move(*answered);
  } else {
    response = ProblemResponse(answered.error());
    LogRefusal(exchange, answered.error());
  }
  AddHeaders(extra, response);
  Complete(exchange, response);
  co_return response;
}

Response Api::Refuse(const Request* request, const Error& error) {
  Exchange exchange;
  if (request != nullptr) exchange.request = *request;
  exchange.id = RequestId::Make();
  auto response = ProblemResponse(error);
  LogRefusal(exchange, error);
  Complete(exchange, response);
  return response;
}

Task<Result<Response>> Api::Answer(Exchange& exchange, Response& extra) {
  const Request& request = exchange.request;
  if (auto response = AnswerWithoutRoute(exchange)) co_return std::move(*response);
  std::string allowed;
  auto match = FindRoute(AllRoutes(), request.method, request.path, allowed);
  if (!match) {
    if (!allowed.empty()) extra.headers.Set("Allow", allowed);
    co_return match.error();
  }
  exchange.route = match->route->pattern;
  exchange.path = std::move(match->path);
  const bool is_upgrade = request.headers.HasToken("Connection", "upgrade");
  const bool can_harm = is_upgrade || !IsSafeMethod(request.method);
  if (can_harm && IsForeign(request, parts_.allowed_origins)) {
    co_return Error(ErrorCode::kForbidden, "from a page of another origin");
  }
  if (match->route->caller == CallerKind::kPerson) FindCaller(exchange, extra);
  if (match->route->rate) {
    auto rate = CheckRate(exchange, *match->route->rate, extra);
    if (!rate) co_return rate.error();
  }
  co_return co_await match->route->handler(parts_, exchange);
}

// Preflights and the files of web/, which need no person and no rate.
std::optional<Response> Api::AnswerWithoutRoute(const Exchange& exchange) {
  const Request& request = exchange.request;
  const bool is_preflight = request.method == "OPTIONS" && request.headers.Get("Origin") &&
                            request.headers.Get("Access-Control-Request-Method");
  if (is_preflight) return EmptyResponse(kNoContent);
  const bool is_page_of_ours = request.path == "/";
  const bool is_reading = request.method == "GET" || request.method == "HEAD";
  if (is_page_of_ours || !is_reading) return std::nullopt;
  return parts_.files.Get(request);
}

void Api::FindCaller(Exchange& exchange, Response& extra) {
  const Request& request = exchange.request;
  const auto cookies = request.headers.Get("Cookie").value_or("");
  if (const auto value = FindCookie(cookies, kGuestCookieName)) {
    if (const auto person = ReadGuestCookie(parts_.cookie_key, *value)) {
      exchange.caller = Caller{*person, true};
      // A cookie lasts 400 days from when it was set: a visit to the page sets it again.
      if (request.path == "/") AddCookie(exchange, extra);
      return;
    }
  }
  exchange.caller = Caller{PersonId::Make(), false};
  AddCookie(exchange, extra);
}

void Api::AddCookie(const Exchange& exchange, Response& extra) {
  auto value = MakeGuestCookie(parts_.cookie_key, exchange.caller.person);
  extra.headers.Add("Set-Cookie",
                    MakeSetCookie(kGuestCookieName, value, exchange.client.transport));
}

Status Api::CheckRate(const Exchange& exchange, RateKind kind, Response& extra) {
  const auto decision = CountRequest(parts_, exchange, kind);
  if (decision.policy.empty()) return Ok();
  const auto name = "\"" + std::string(decision.policy) + "\"";
  extra.headers.Set("RateLimit-Policy", name + ";q=" + std::to_string(decision.quota) + ";w=60");
  extra.headers.Set("RateLimit", name + ";r=" + std::to_string(decision.remaining) +
                                     ";t=" + std::to_string(decision.until_next.count()));
  return AllowedBy(decision);
}

void Api::LogRefusal(const Exchange& exchange, const Error& error) {
  const auto level = TraitsOf(error.code).http_status >= 500 ? LogLevel::kError : LogLevel::kDebug;
  parts_.log.Write(
      level, "request.refused",
      {{"request", exchange.id.text()}, {"route", exchange.route}, {"message", error.message}});
}

void Api::Complete(const Exchange& exchange, Response& response) {
  response.headers.Set("X-Request-Id", exchange.id.text());
  AddSecurityHeaders(response);
  AddCorsHeaders(exchange.request, parts_.allowed_origins, response);
  parts_.metrics.CountRequest(response.status);
}

}  // namespace nat
