#include "net/gunzip.h"

#include <zlib.h>

#include <algorithm>
#include <array>

#include "base/limits.h"

namespace nat {

void Gunzip::Ending::operator()(z_stream_s* stream) const {
  inflateEnd(stream);
  delete stream;
}

Gunzip::Gunzip() : stream_(new z_stream()) {
  constexpr int kGzipWindow = 15 + 16;  // the largest window; the 16 asks for gzip's frame
  NAT_CHECK(inflateInit2(stream_.get(), kGzipWindow) == Z_OK);
}

Result<std::string> Gunzip::Take(std::string_view& input) {
  std::array<char, limits::kUpstreamReadBytes> text;
  stream_->next_out = reinterpret_cast<Bytef*>(text.data());
  stream_->avail_out = static_cast<uInt>(text.size());
  has_more_ = has_more_ || !input.empty();
  while (has_more_ && stream_->avail_out > 0) {
    // zlib reads through a pointer to non-const for historical reasons.
    stream_->next_in = reinterpret_cast<Bytef*>(const_cast<char*>(input.data()));
    stream_->avail_in =
        static_cast<uInt>(std::min<std::size_t>(input.size(), limits::kUpstreamReadBytes));
    const uInt offered = stream_->avail_in;
    const uInt room = stream_->avail_out;
    const int outcome = inflate(stream_.get(), Z_SYNC_FLUSH);
    const uInt taken = offered - stream_->avail_in;
    input.remove_prefix(taken);
    silent_bytes_ = stream_->avail_out < room ? 0 : silent_bytes_ + taken;
    if (outcome != Z_OK && outcome != Z_STREAM_END && outcome != Z_BUF_ERROR) {
      return Error(ErrorCode::kUpstream, "the compressed body is broken");
    }
    if (silent_bytes_ > limits::kUpstreamSilentBytesMax) {
      return Error(ErrorCode::kUpstream, "the compressed body says nothing, at length");
    }
    if (taken > 0) is_whole_ = outcome == Z_STREAM_END;
    if (outcome == Z_STREAM_END) {
      is_whole_ = true;
      NAT_CHECK(inflateReset(stream_.get()) == Z_OK);
    }
    // Where the room is used up, zlib may hold text that it has made and not handed out.
    const bool is_full = stream_->avail_out == 0 && outcome != Z_STREAM_END;
    has_more_ = !input.empty() || is_full;
  }
  return std::string(text.data(), text.size() - stream_->avail_out);
}

}  // namespace nat
