// The target of a request line, taken apart: "/a%20b?x=1" is the path "/a b" and the query "x=1".
// Pure.
#pragma once

#include <string>
#include <string_view>

#include "base/error.h"

namespace nat {

struct RequestTarget {
  std::string authority;  // "host:port" of an absolute target ("http://host:port/path"), else empty
  std::string path;       // percent-decoded, starts with '/'
  std::string query;      // as sent, without '?'
};

// kMalformedRequest for what has more than one reading, and would be a trick: dot segments, plain
// or escaped; an escaped slash; control characters; broken escapes. Also for the forms of CONNECT
// and "OPTIONS *".
Result<RequestTarget> ParseRequestTarget(std::string_view target);

}  // namespace nat
