// Gathers the body of one request, counted or chunked, up to a bound. Pure: bytes in, a body or an
// error out.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>

#include "base/error.h"
#include "net/chunk_decoder.h"
#include "net/request_head.h"

namespace nat {

class RequestBodyReader {
 public:
  RequestBodyReader(const RequestHead& head, std::size_t bytes_max);

  // Removes the body's bytes from the front of `input`; what follows the body stays. kTooLarge for
  // a body over the bound (at once, where it is announced) and kMalformedRequest for broken chunks.
  // Never called again after an error.
  Status Take(std::string_view& input);

  bool is_complete() const;
  // Once complete.
  std::string TakeBody() { return std::move(body_); }

 private:
  Status TakeChunks(std::string_view& input);

  BodyFraming framing_;
  std::uint64_t bytes_left_;  // where the framing is kLength
  std::size_t bytes_max_;
  ChunkDecoder chunks_;
  std::string body_;
};

}  // namespace nat
