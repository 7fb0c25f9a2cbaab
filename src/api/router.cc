#include "api/router.h"

#include <utility>

namespace nat {
namespace {

std::string_view TakeSegment(std::string_view& path) {
  path.remove_prefix(1);  // the slash
  const auto segment = path.substr(0, path.find('/'));
  path.remove_prefix(segment.size());
  return segment;
}

bool Matches(std::string_view pattern, std::string_view path,
             std::map<std::string, std::string, std::less<>>& values) {
  while (!pattern.empty() && !path.empty()) {
    const auto expected = TakeSegment(pattern);
    const auto actual = TakeSegment(path);
    const bool is_value = expected.size() > 2 && expected.front() == '{';
    if (is_value && !actual.empty()) {
      values.emplace(expected.substr(1, expected.size() - 2), actual);
    } else if (expected != actual) {
      return false;
    }
  }
  return pattern.empty() && path.empty();
}

}  // namespace

Result<RouteMatch> FindRoute(std::span<const Route> routes, std::string_view method,
                             std::string_view path, std::string& allowed) {
  const auto wanted = method == "HEAD" ? std::string_view("GET") : method;
  for (const auto& route : routes) {
    RouteMatch match;
    if (!Matches(route.pattern, path, match.path)) continue;
    if (route.method == wanted) {
      match.route = &route;
      return match;
    }
    if (!allowed.empty()) allowed += ", ";
    allowed += route.method;
  }
  if (allowed.empty()) return Error(ErrorCode::kNotFound, "no route has this path");
  return Error(ErrorCode::kMethodNotAllowed, "the path takes " + allowed,
               "This address takes " + allowed + ".");
}

}  // namespace nat
