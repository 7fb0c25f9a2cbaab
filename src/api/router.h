// Finds the row of the route table that a request means. Access is a column of its own, so that no
// endpoint can forget to say who may call it.
#pragma once

#include <map>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "api/exchange.h"

namespace nat {

enum class CallerKind {
  kAnyone,  // works without a cookie and makes none: health, pages
  kPerson,  // a caller without a cookie becomes a guest
};

struct Route {
  std::string_view method;
  std::string_view pattern;  // "/api/turns/{id}"; a segment in braces matches one segment
  CallerKind caller;
  std::optional<RateKind> rate;  // nothing: not counted
  Handler handler;
};

struct RouteMatch {
  const Route* route = nullptr;
  std::map<std::string, std::string, std::less<>> path;
};

// The match, or kNotFound, or kMethodNotAllowed where the path exists with other methods; those
// are then in `allowed` ("GET, DELETE"). HEAD means GET.
Result<RouteMatch> FindRoute(std::span<const Route> routes, std::string_view method,
                             std::string_view path, std::string& allowed);

// Every endpoint, in one table (routes.cc).
std::span<const Route> AllRoutes();

}  // namespace nat
