// Server-sent events of any bytes: the same however they are cut, and what we write is what is
// read. The first byte of the input chooses the cuts.
#include <algorithm>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>
#include <vector>

#include "base/limits.h"
#include "net/sse.h"

namespace {

void Check(bool is_true) {
  if (!is_true) std::abort();
}

std::vector<nat::SseEvent> Parse(std::string_view bytes, std::size_t piece) {
  nat::SseParser parser;
  std::vector<nat::SseEvent> events;
  while (!bytes.empty()) {
    const std::string_view cut = bytes.substr(0, piece);
    bytes.remove_prefix(cut.size());
    std::string_view rest = cut;
    for (;;) {
      const auto event = parser.Take(rest);
      if (!event) return events;
      if (*event == nullptr) break;
      events.push_back(**event);
    }
    Check(rest.empty());
  }
  return events;
}

bool IsSame(const std::vector<nat::SseEvent>& left, const std::vector<nat::SseEvent>& right) {
  const auto is_equal = [](const nat::SseEvent& one, const nat::SseEvent& other) {
    return one.name == other.name && one.payload == other.payload && one.id == other.id;
  };
  return std::ranges::equal(left, right, is_equal);
}

// With every line break as the standard joins lines.
std::string Normal(std::string_view text) {
  std::string normal;
  for (std::size_t at = 0; at < text.size(); ++at) {
    const bool is_pair = text.substr(at).starts_with("\r\n");
    normal += text[at] == '\r' ? '\n' : text[at];
    if (is_pair) ++at;
  }
  return normal;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* bytes, std::size_t size) {
  if (size < 1) return 0;
  const std::string_view content(reinterpret_cast<const char*>(bytes) + 1, size - 1);
  const auto whole = Parse(content, std::max<std::size_t>(content.size(), 1));
  Check(IsSame(Parse(content, 1), whole));
  Check(IsSame(Parse(content, 2 + bytes[0] % 7), whole));
  for (const auto& event : whole) Check(event.payload.find('\r') == std::string::npos);

  const std::string written = nat::WriteSseEvent(size, "text", content);
  if (written.size() > nat::limits::kUpstreamEventBytesMax) return 0;
  const auto read = Parse(written, 1 + bytes[0] % 16);
  Check(read.size() == 1 && read[0].payload == Normal(content));
  Check(read[0].id == std::to_string(size) && read[0].name == "text");
  return 0;
}
