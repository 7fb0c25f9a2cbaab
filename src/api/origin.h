// Where a browser's request comes from. Requests that change something, and WebSocket upgrades, are
// refused from pages of other origins; such pages read answers only where the configuration names
// them. Pure.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "net/http.h"

namespace nat {

class AllowedOrigins {
 public:
  AllowedOrigins() = default;
  // Origins as browsers send them: "https://club.example".
  explicit AllowedOrigins(std::vector<std::string> origins) : origins_(std::move(origins)) {}

  bool Contains(std::string_view origin) const;

 private:
  std::vector<std::string> origins_;
};

// Whether a page of another origin sent this, as far as the browser tells: by Origin, else by
// Sec-Fetch-Site. Programs that are no browsers send neither and are not foreign.
bool IsForeign(const Request& request, const AllowedOrigins& allowed);

// Adds the CORS headers where the request's origin is one of the allowed.
void AddCorsHeaders(const Request& request, const AllowedOrigins& allowed, Response& response);

// Whether the method leaves everything as it is.
bool IsSafeMethod(std::string_view method);

}  // namespace nat
