// An http or https address, taken apart once and checked: what HttpClient sends to.
//
//   auto base = ParseUrl("https://inference.baseten.co/v1");
//   if (!base) return base.error();
//   Url chat = base->Join("/chat/completions");
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "base/error.h"

namespace nat {

enum class Scheme { kHttp, kHttps };

struct Url {
  Scheme scheme = Scheme::kHttp;
  std::string host;  // a name, or an address without brackets
  std::uint16_t port = 0;
  std::string path;   // percent-encoded; starts with '/' and does not end with one, or is empty
  std::string query;  // percent-encoded, without '?'; empty where there is none

  // This address with `path`, which starts with '/', added to its own. The query stays.
  Url Join(std::string_view suffix) const;
  // What a request line holds: path and query.
  std::string Target() const;
  // What the Host field holds: IPv6 in brackets, the port only where it is not the scheme's own.
  std::string Authority() const;
  // Scheme, host and port: connections to the same origin can be shared.
  std::string Origin() const;
};

// kInvalidInput with a message that says what is wrong and what would be right: not an absolute
// http or https URL, no host, a bad port, a user name or password (a key has its own field), or a
// fragment. The message never repeats what could hold a secret.
Result<Url> ParseUrl(const std::string& text);

}  // namespace nat
