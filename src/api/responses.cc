#include "api/responses.h"

#include <array>
#include <utility>

#include "base/problem.h"

namespace nat {
namespace {

constexpr int kRetryAfterSeconds = 5;  // where nothing better is known

constexpr std::array<std::pair<const char*, const char*>, 8> kSecurityHeaders = {{
    {"Content-Security-Policy",
     "default-src 'self'; script-src 'self'; style-src 'self'; img-src 'self' data:; "
     "connect-src 'self'; object-src 'none'; base-uri 'none'; form-action 'self'; "
     "frame-ancestors 'none'; require-trusted-types-for 'script'; trusted-types nat dompurify"},
    {"X-Content-Type-Options", "nosniff"},
    {"X-Frame-Options", "DENY"},
    {"Referrer-Policy", "no-referrer"},
    {"Cross-Origin-Opener-Policy", "same-origin"},
    {"Cross-Origin-Resource-Policy", "same-origin"},
    {"Permissions-Policy",
     "camera=(), geolocation=(), microphone=(), payment=(), usb=(), browsing-topics=()"},
    {"X-Permitted-Cross-Domain-Policies", "none"},
}};

}  // namespace

Response JsonResponse(int status, const json::object& body) {
  Response response;
  response.status = status;
  response.headers.Set("Content-Type", "application/json");
  response.headers.Set("Cache-Control", "no-store");
  response.body = ToJson(body);
  return response;
}

Response ProblemResponse(const Error& error) {
  auto response = JsonResponse(TraitsOf(error.code).http_status, ToProblem(error));
  response.headers.Set("Content-Type", "application/problem+json");
  if (response.status == 429 || response.status == 503) {
    const auto seconds =
        error.retry_after ? error.retry_after->count() : std::int64_t{kRetryAfterSeconds};
    response.headers.Set("Retry-After", std::to_string(seconds));
  }
  return response;
}

Response EmptyResponse(int status) {
  Response response;
  response.status = status;
  response.headers.Set("Cache-Control", "no-store");
  return response;
}

void AddSecurityHeaders(Response& response) {
  for (const auto& [name, value] : kSecurityHeaders) response.headers.Set(name, value);
}

}  // namespace nat
