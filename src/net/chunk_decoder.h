// Takes the chunked transfer coding (RFC 9112, section 7.1) off a body, however the bytes are cut.
// Pure: bytes in, pieces of payload out, no copy. For request bodies on the server and response
// bodies in the client.
//
//   ChunkDecoder decoder(ErrorCode::kUpstream);
//   std::string_view rest = received;
//   while (!rest.empty() && !decoder.is_done()) {
//     auto piece = decoder.Take(rest);
//     if (!piece) return piece.error();
//     Use(*piece);  // empty when only framing was left
//   }
//   // Once done, `rest` is what follows the body: the next message of the connection.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>

#include "base/error.h"

namespace nat {

class ChunkDecoder {
 public:
  // `broken` is the code of the error for bytes that are not the chunked coding: kUpstream in the
  // client, kInvalidInput in the server.
  explicit ChunkDecoder(ErrorCode broken) : broken_(broken) {}

  // Removes framing and at most one piece of payload from the front of `input`, and answers that
  // piece: a view into `input`, empty where the input ended, or the body did, before any payload.
  // Never called again after an error.
  //
  // Strict where leniency has let requests be smuggled (a line ends in CR LF, a size has digits
  // only); extensions and trailers are dropped. A size line and the whole trailer are bounded by
  // kUpstreamChunkLineBytesMax.
  Result<std::string_view> Take(std::string_view& input);

  // Whether the last chunk and the trailer have been taken.
  bool is_done() const { return state_ == State::kDone; }

 private:
  enum class State {
    kSize,             // at the digits of a size
    kSizeSpace,        // after the digits: white space that RFC 9112 calls bad but allows
    kExtension,        // after ';', to the end of the line
    kSizeLineFeed,     // after the CR of a size line
    kPayload,          // remaining_ bytes to go
    kPayloadReturn,    // at the CR after the payload
    kPayloadLineFeed,  // at its LF
    kTrailerLine,      // at the start of a trailer line, or of the empty one that ends the body
    kTrailerText,      // inside a trailer line
    kTrailerLineFeed,  // after its CR
    kFinalLineFeed,    // after the CR of the empty line
    kDone,
  };

  // Moves over one byte of framing; false where it is not allowed there.
  bool StepFraming(char byte);
  bool StepSize(char byte);
  void EndSizeLine();

  ErrorCode broken_;
  State state_ = State::kSize;
  std::uint64_t remaining_ = 0;
  bool has_digit_ = false;
  std::size_t line_bytes_ = 0;
};

}  // namespace nat
