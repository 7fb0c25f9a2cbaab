// What stands before and around a body on the wire: the head of a response, formatted in one go
// into a buffer, and the frame of a chunk. Pure.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "base/clock.h"
#include "net/http.h"

namespace nat {

enum class ResponseFraming {
  kLength,      // Content-Length
  kChunked,     // Transfer-Encoding: chunked
  kUntilClose,  // a stream to an HTTP/1.0 client
  kNone,        // 204 and 304 have no body and no length
};

enum class ConnectionField { kNone, kClose, kKeepAlive };

struct ResponseHeadLayout {
  ResponseFraming framing = ResponseFraming::kLength;
  std::size_t body_bytes = 0;
  ConnectionField connection = ConnectionField::kNone;
};

// Appends the status line, the fields and the empty line. The fields that frame a message
// (Content-Length, Transfer-Encoding, Connection, Date) belong to the server; those of `response`
// are left out. Control characters in values become spaces, so that no value can begin another
// field.
void AppendResponseHead(std::string& output, const Response& response,
                        const ResponseHeadLayout& layout, std::string_view date);

// Appends `piece`, which must not be empty, as one chunk.
void AppendChunk(std::string& output, std::string_view piece);
inline constexpr std::string_view kLastChunk = "0\r\n\r\n";

// The value of the Date field, formatted once a second.
class DateText {
 public:
  const std::string& At(Time now);

 private:
  std::chrono::sys_seconds second_;
  std::string text_;
};

}  // namespace nat
