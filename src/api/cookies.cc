#include "api/cookies.h"

#include <algorithm>

namespace nat {
namespace {

// Browsers keep no cookie for longer than 400 days.
constexpr std::string_view kAttributes = "; Path=/; Max-Age=34560000; HttpOnly; SameSite=Lax";

}  // namespace

std::optional<std::string_view> FindCookie(std::string_view header, std::string_view name) {
  while (!header.empty()) {
    auto pair = header.substr(0, header.find(';'));
    header.remove_prefix(std::min(pair.size() + 1, header.size()));
    pair.remove_prefix(std::min(pair.find_first_not_of(" \t"), pair.size()));
    const auto equals = pair.find('=');
    if (equals != std::string_view::npos && pair.substr(0, equals) == name) {
      return pair.substr(equals + 1);
    }
  }
  return std::nullopt;
}

std::string MakeSetCookie(std::string_view name, std::string_view value, Transport transport) {
  std::string cookie(name);
  cookie += '=';
  cookie += value;
  cookie += kAttributes;
  if (transport == Transport::kTls) cookie += "; Secure";
  return cookie;
}

}  // namespace nat
