#include "net/request_target.h"

#include <algorithm>
#include <optional>
#include <utility>

#include "net/http.h"

namespace nat {
namespace {

Error Malformed(const char* what) {
  return Error(ErrorCode::kMalformedRequest, what);
}

// Takes "http://authority" off the front of an absolute target and gives the authority.
std::string TakeAuthority(std::string_view& target) {
  for (const std::string_view scheme : {"http://", "https://"}) {
    if (!EqualsIgnoringCase(target.substr(0, scheme.size()), scheme)) continue;
    target.remove_prefix(scheme.size());
    const auto end = std::min(target.find_first_of("/?"), target.size());
    const std::string authority(target.substr(0, end));
    target.remove_prefix(end);
    return authority;
  }
  return "";
}

bool HasEscapedSlash(std::string_view path) {
  for (auto at = path.find('%'); at != std::string_view::npos; at = path.find('%', at + 1)) {
    if (EqualsIgnoringCase(path.substr(at, 3), "%2f")) return true;
  }
  return false;
}

bool HasDotSegment(std::string_view path) {
  while (!path.empty()) {
    path.remove_prefix(1);  // the slash
    const auto segment = path.substr(0, path.find('/'));
    if (segment == "." || segment == "..") return true;
    path.remove_prefix(segment.size());
  }
  return false;
}

bool HasControlCharacter(std::string_view text) {
  return std::any_of(text.begin(), text.end(), [](char character) {
    const auto byte = static_cast<unsigned char>(character);
    return byte < 0x20 || byte == 0x7f;
  });
}

}  // namespace

Result<RequestTarget> ParseRequestTarget(std::string_view target) {
  RequestTarget parsed;
  parsed.authority = TakeAuthority(target);
  const auto question = std::min(target.find('?'), target.size());
  auto path = target.substr(0, question);
  if (question < target.size()) parsed.query = target.substr(question + 1);
  if (path.empty() && !parsed.authority.empty()) path = "/";
  if (path.empty() || path.front() != '/') {
    return Malformed("the target of a request must start with '/'");
  }
  if (target.find('#') != std::string_view::npos) return Malformed("a target has no fragment");
  if (HasEscapedSlash(path)) return Malformed("a path must not hold an escaped slash");
  auto decoded = PercentDecode(path);
  if (!decoded) return Malformed("a path holds a broken escape or a zero byte");
  if (HasControlCharacter(*decoded)) return Malformed("a path holds a control character");
  if (HasDotSegment(*decoded)) return Malformed("a path must not hold '.' or '..'");
  parsed.path = std::move(*decoded);
  return parsed;
}

}  // namespace nat
