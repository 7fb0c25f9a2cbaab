#include "net/chunk_decoder.h"

#include <algorithm>
#include <string>

#include "base/limits.h"

namespace nat {
namespace {

// Beyond this a size is nonsense, and one more digit could not overflow yet.
constexpr std::uint64_t kChunkBytesMax = std::uint64_t{1} << 56;

int HexValue(char byte) {
  if (byte >= '0' && byte <= '9') return byte - '0';
  if (byte >= 'a' && byte <= 'f') return byte - 'a' + 10;
  if (byte >= 'A' && byte <= 'F') return byte - 'A' + 10;
  return -1;
}

// What may stand in an extension or a trailer line: anything but controls, of which only the tab is
// allowed.
bool IsLineText(char byte) {
  const auto value = static_cast<unsigned char>(byte);
  return byte == '\t' || (value >= 0x20 && value != 0x7f);
}

}  // namespace

Result<std::string_view> ChunkDecoder::Take(std::string_view& input) {
  while (!input.empty() && state_ != State::kDone) {
    if (state_ == State::kPayload) {
      const auto size = static_cast<std::size_t>(std::min<std::uint64_t>(remaining_, input.size()));
      const std::string_view piece = input.substr(0, size);
      input.remove_prefix(size);
      remaining_ -= size;
      if (remaining_ == 0) state_ = State::kPayloadReturn;
      return piece;
    }
    if (!StepFraming(input.front())) return Error(broken_, "a chunked body is malformed");
    input.remove_prefix(1);
    if (++line_bytes_ > limits::kUpstreamChunkLineBytesMax) {
      return Error(broken_, "a line or the trailer of a chunked body is too long");
    }
  }
  return std::string_view();
}

bool ChunkDecoder::StepFraming(char byte) {
  switch (state_) {
    case State::kSize:
    case State::kSizeSpace:
      return StepSize(byte);
    case State::kExtension:
      if (byte == '\r') state_ = State::kSizeLineFeed;
      return byte == '\r' || IsLineText(byte);
    case State::kSizeLineFeed:
      EndSizeLine();
      return byte == '\n';
    case State::kPayloadReturn:
      state_ = State::kPayloadLineFeed;
      return byte == '\r';
    case State::kPayloadLineFeed:
      state_ = State::kSize;
      has_digit_ = false;
      line_bytes_ = 0;
      return byte == '\n';
    case State::kTrailerLine:
      state_ = byte == '\r' ? State::kFinalLineFeed : State::kTrailerText;
      return byte == '\r' || IsLineText(byte);
    case State::kTrailerText:
      if (byte == '\r') state_ = State::kTrailerLineFeed;
      return byte == '\r' || IsLineText(byte);
    case State::kTrailerLineFeed:
      state_ = State::kTrailerLine;
      return byte == '\n';
    case State::kFinalLineFeed:
      state_ = State::kDone;
      return byte == '\n';
    case State::kPayload:
    case State::kDone:
      break;
  }
  return false;
}

bool ChunkDecoder::StepSize(char byte) {
  const int digit = HexValue(byte);
  if (digit >= 0) {
    if (state_ == State::kSizeSpace || remaining_ >= kChunkBytesMax) return false;
    remaining_ = remaining_ * 16 + static_cast<std::uint64_t>(digit);
    has_digit_ = true;
    return true;
  }
  if (!has_digit_) return false;
  if (byte == ' ' || byte == '\t') {
    state_ = State::kSizeSpace;
  } else if (byte == ';') {
    state_ = State::kExtension;
  } else if (byte == '\r') {
    state_ = State::kSizeLineFeed;
  } else {
    return false;
  }
  return true;
}

void ChunkDecoder::EndSizeLine() {
  state_ = remaining_ == 0 ? State::kTrailerLine : State::kPayload;
  line_bytes_ = 0;
}

}  // namespace nat
