// HTTP/1.1 messages as a client writes and reads them. Pure.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "base/error.h"
#include "net/http.h"
#include "net/http_client.h"

namespace nat {

// Head and body of `request` as one text. kInvalidInput where a header's name or value would break
// out of its line; the message holds the name alone.
Result<std::string> WriteRequest(const ClientRequest& request);

// How the end of a response's body is found (RFC 9112, section 6.3).
enum class BodyFraming { kNone, kLength, kChunked, kUntilClose };

// How a body was changed for the way (RFC 9110, section 8.4). We ask for none; some answer so all
// the same.
enum class BodyCoding { kNone, kGzip };

// `headers` are without those that speak of the coding, where it is one that is taken off.
struct ResponseHead {
  int status = 0;
  Headers headers;
  BodyFraming framing = BodyFraming::kNone;
  std::uint64_t body_bytes = 0;  // with kLength, as sent
  BodyCoding coding = BodyCoding::kNone;
  bool is_kept_alive = false;  // whether the connection can serve another request after the body
};

// How many bytes at the front of `bytes` are a whole response head, its empty line included;
// nothing where it is not whole yet. The first `searched` bytes were given before, without a whole
// head in them: a head that comes byte by byte is not read from its start for each. kUpstream where
// it is too long or cannot be HTTP/1.
Result<std::optional<std::size_t>> FindResponseHead(std::string_view bytes,
                                                    std::size_t searched = 0);

// Reads a whole head, as found by FindResponseHead, that answers a request of `method`. kUpstream
// where it is malformed, has more than kUpstreamHeaderCountMax fields, says contradictory things
// about its body, or has a body in a coding that is neither gzip nor none.
Result<ResponseHead> ReadResponseHead(std::string_view head, std::string_view method);

}  // namespace nat
