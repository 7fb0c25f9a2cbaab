#include "net/gzip.h"

#include <zlib.h>

#include "base/error.h"

namespace nat {

std::string Gzip(std::string_view text) {
  z_stream stream = {};
  constexpr int kGzipWindow = 15 + 16;  // the largest window; the 16 asks for gzip's frame
  constexpr int kMemoryLevel = 8;
  NAT_CHECK(deflateInit2(&stream, Z_DEFAULT_COMPRESSION, Z_DEFLATED, kGzipWindow, kMemoryLevel,
                         Z_DEFAULT_STRATEGY) == Z_OK);
  std::string compressed(deflateBound(&stream, text.size()), '\0');
  // zlib reads through a pointer to non-const for historical reasons.
  stream.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(text.data()));
  stream.avail_in = static_cast<uInt>(text.size());
  stream.next_out = reinterpret_cast<Bytef*>(compressed.data());
  stream.avail_out = static_cast<uInt>(compressed.size());
  NAT_CHECK(deflate(&stream, Z_FINISH) == Z_STREAM_END);
  compressed.resize(stream.total_out);
  compressed.shrink_to_fit();
  deflateEnd(&stream);
  return compressed;
}

}  // namespace nat
