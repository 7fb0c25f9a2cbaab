// Reads the head of an HTTP/1 request, however its bytes are cut. Pure: bytes in, a request or an
// error out.
//
//   RequestHeadReader reader(limits::kHeaderBytesMax, limits::kHeaderCountMax);
//   std::string_view rest = received;
//   auto taken = reader.Take(rest);           // what stays in `rest` is presented again, with more
//   behind it if (!taken) Refuse(taken.error()); if (reader.is_complete()) Use(reader.TakeHead());
//   // and `rest` begins with the body
//
// What could be read in two ways is refused, as that is how requests are smuggled past proxies.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string_view>

#include "base/error.h"
#include "net/http.h"

namespace nat {

enum class BodyFraming { kNone, kLength, kChunked };
enum class HttpVersion { k10, k11 };
enum class AfterAnswer { kKeepOpen, kClose };

struct RequestHead {
  Request request;  // without body and peer
  HttpVersion version = HttpVersion::k11;
  BodyFraming framing = BodyFraming::kNone;
  std::uint64_t body_bytes = 0;  // where the framing is kLength
  AfterAnswer after_answer = AfterAnswer::kKeepOpen;
  bool expects_continue = false;
};

class RequestHeadReader {
 public:
  RequestHeadReader(std::size_t bytes_max, std::size_t count_max);
  ~RequestHeadReader();
  RequestHeadReader(const RequestHeadReader&) = delete;
  RequestHeadReader& operator=(const RequestHeadReader&) = delete;

  // Removes from the front of `input` what is understood. kMalformedRequest (400), kHeadersTooLarge
  // (431) or, for a transfer coding other than chunked, kNotImplemented (501). Never called again
  // after an error.
  Status Take(std::string_view& input);

  bool is_complete() const;
  // Once complete.
  RequestHead TakeHead();

 private:
  class Parser;

  std::unique_ptr<Parser> parser_;
  std::size_t bytes_max_;
  std::size_t bytes_taken_ = 0;
};

}  // namespace nat
