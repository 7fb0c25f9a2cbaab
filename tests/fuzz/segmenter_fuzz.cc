// The segmenter on any bytes: the segments are the text, they are bounded, they are never cut
// inside a character, and they are the same for any tokens. The first byte of the input chooses the
// tokens.
#include <algorithm>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/limits.h"
#include "base/utf8.h"
#include "chat/segmenter.h"

namespace {

void Check(bool is_true) {
  if (!is_true) std::abort();
}

std::vector<std::string> Cut(std::string_view text, std::size_t token_bytes) {
  nat::Segmenter segmenter;
  std::vector<std::string> segments;
  while (!text.empty()) {
    const std::string_view token = text.substr(0, token_bytes);
    for (auto& segment : segmenter.Feed(token)) segments.push_back(std::move(segment));
    text.remove_prefix(token.size());
  }
  segments.push_back(segmenter.Finish());
  return segments;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* bytes, std::size_t size) {
  if (size < 2) return 0;
  const std::string_view text(reinterpret_cast<const char*>(bytes) + 1, size - 1);
  const std::vector<std::string> whole = Cut(text, text.size());
  Check(Cut(text, 1) == whole);
  Check(Cut(text, 2 + bytes[0] % 32) == whole);
  std::string joined;
  for (const std::string& segment : whole) {
    Check(segment.size() <= nat::limits::kSegmentBytesMax);
    joined += segment;
  }
  Check(joined == text);
  if (!nat::IsValidUtf8(text)) return 0;
  Check(std::all_of(whole.begin(), whole.end(),
                    [](const std::string& segment) { return nat::IsValidUtf8(segment); }));
  return 0;
}
