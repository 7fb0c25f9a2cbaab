#include "api/origin.h"

#include <algorithm>

namespace nat {
namespace {

// "https://example.org:8443" -> "example.org:8443"; empty for "null" and other opaque origins.
std::string_view Authority(std::string_view origin) {
  const auto scheme_end = origin.find("://");
  if (scheme_end == std::string_view::npos) return {};
  return origin.substr(scheme_end + 3);
}

}  // namespace

bool AllowedOrigins::Contains(std::string_view origin) const {
  return std::find(origins_.begin(), origins_.end(), origin) != origins_.end();
}

bool IsForeign(const Request& request, const AllowedOrigins& allowed) {
  const auto origin = request.headers.Get("Origin");
  if (origin) {
    if (allowed.Contains(*origin)) return false;
    const auto host = request.headers.Get("Host").value_or("");
    const auto authority = Authority(*origin);
    return authority.empty() || !EqualsIgnoringCase(authority, host);
  }
  const auto site = request.headers.Get("Sec-Fetch-Site").value_or("none");
  return site != "none" && site != "same-origin";
}

void AddCorsHeaders(const Request& request, const AllowedOrigins& allowed, Response& response) {
  const auto origin = request.headers.Get("Origin");
  if (!origin || !allowed.Contains(*origin)) return;
  response.headers.Set("Access-Control-Allow-Origin", std::string(*origin));
  response.headers.Set("Access-Control-Allow-Credentials", "true");
  response.headers.Set("Access-Control-Expose-Headers",
                       "X-Request-Id, Retry-After, RateLimit, RateLimit-Policy");
  response.headers.Add("Vary", "Origin");
  if (request.method != "OPTIONS") return;
  response.headers.Set("Access-Control-Allow-Methods", "GET, POST, PUT, PATCH, DELETE");
  response.headers.Set("Access-Control-Allow-Headers",
                       "Content-Type, Accept, Idempotency-Key, Last-Event-ID");
  response.headers.Set("Access-Control-Max-Age", "600");
}

bool IsSafeMethod(std::string_view method) {
  return method == "GET" || method == "HEAD" || method == "OPTIONS";
}

}  // namespace nat
