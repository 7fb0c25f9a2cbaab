// The chunked transfer coding of any bytes. The first byte of the input chooses where they are cut.
#include <algorithm>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

#include "net/chunk_decoder.h"

namespace {

void Check(bool is_true) {
  if (!is_true) std::abort();
}

struct Decoded {
  std::string payload;
  std::size_t bytes_taken = 0;
  bool is_done = false;
  bool is_broken = false;

  bool operator==(const Decoded&) const = default;
};

Decoded Decode(std::string_view bytes, std::size_t piece) {
  nat::ChunkDecoder decoder(nat::ErrorCode::kUpstream);
  Decoded decoded;
  while (!bytes.empty() && !decoder.is_done()) {
    const std::string_view cut = bytes.substr(0, piece);
    std::string_view rest = cut;
    const auto taken = decoder.Take(rest);
    Check(rest.size() <= cut.size());
    if (!taken) {
      decoded.is_broken = true;
      return decoded;
    }
    const bool has_moved = rest.size() < cut.size();
    Check(has_moved);
    decoded.payload += *taken;
    decoded.bytes_taken += cut.size() - rest.size();
    bytes.remove_prefix(cut.size() - rest.size());
  }
  decoded.is_done = decoder.is_done();
  return decoded;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* bytes, std::size_t size) {
  if (size < 1) return 0;
  const std::string_view content(reinterpret_cast<const char*>(bytes) + 1, size - 1);
  const Decoded whole = Decode(content, std::max<std::size_t>(content.size(), 1));
  Check(whole.payload.size() <= content.size());
  Decoded single = Decode(content, 1);
  Decoded several = Decode(content, 2 + bytes[0] % 7);
  if (whole.is_broken) {
    Check(single.is_broken && several.is_broken);
    return 0;
  }
  Check(single == whole && several == whole);
  return 0;
}
