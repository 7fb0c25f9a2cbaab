#include "net/request_body.h"

#include <algorithm>

namespace nat {
namespace {

Error TooLarge() {
  return Error(ErrorCode::kTooLarge, "the body of a request is too large");
}

}  // namespace

RequestBodyReader::RequestBodyReader(const RequestHead& head, std::size_t bytes_max)
    : framing_(head.framing),
      bytes_left_(head.framing == BodyFraming::kLength ? head.body_bytes : 0),
      bytes_max_(bytes_max),
      chunks_(ErrorCode::kMalformedRequest) {}

Status RequestBodyReader::Take(std::string_view& input) {
  if (framing_ == BodyFraming::kChunked) return TakeChunks(input);
  if (bytes_left_ > bytes_max_ - body_.size()) return TooLarge();
  // No room is made for what is only announced: a thousand peers may announce a megabyte each and
  // send nothing.
  const auto taken = std::min<std::uint64_t>(bytes_left_, input.size());
  body_.append(input.substr(0, taken));
  input.remove_prefix(taken);
  bytes_left_ -= taken;
  return Ok();
}

bool RequestBodyReader::is_complete() const {
  return framing_ == BodyFraming::kChunked ? chunks_.is_done() : bytes_left_ == 0;
}

Status RequestBodyReader::TakeChunks(std::string_view& input) {
  while (!input.empty() && !chunks_.is_done()) {
    const auto piece = chunks_.Take(input);
    if (!piece) return piece.error();
    if ((*piece).size() > bytes_max_ - body_.size()) return TooLarge();
    body_.append(*piece);
  }
  return Ok();
}

}  // namespace nat
