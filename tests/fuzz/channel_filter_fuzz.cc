// The channel filter on any bytes: cut anywhere it shows the same, valid UTF-8, without a special
// token outside of code. The first byte of the input chooses the cuts.
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

#include "base/text.h"
#include "base/utf8.h"
#include "llm/channel_filter.h"

namespace {

void Check(bool is_true) {
  if (!is_true) std::abort();
}

// Cut into tokens of a size, or, at 0, of sizes that the content itself chooses.
std::string Filter(std::string_view content, std::size_t token_bytes) {
  nat::ChannelFilter filter;
  std::string text;
  while (!content.empty()) {
    const std::size_t chosen = 1 + static_cast<unsigned char>(content[0]) % 11;
    const std::string_view token = content.substr(0, token_bytes > 0 ? token_bytes : chosen);
    text += filter.Feed(token);
    content.remove_prefix(token.size());
  }
  text += filter.Finish();
  Check(filter.has_visible_text() == !text.empty());
  return text;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* bytes, std::size_t size) {
  if (size < 2) return 0;
  const std::string_view content(reinterpret_cast<const char*>(bytes) + 1, size - 1);
  const std::string whole = Filter(content, content.size());
  Check(Filter(content, 1) == whole);
  Check(Filter(content, 2 + bytes[0] % 32) == whole);
  Check(Filter(content, 0) == whole);
  Check(nat::IsValidUtf8(whole));
  Check(nat::TrimWhiteSpace(whole) == whole);
  const bool may_hold_code =
      whole.find('`') != std::string::npos || whole.find('~') != std::string::npos;
  if (may_hold_code) return 0;
  for (const std::string_view token :
       {"<|channel|>", "<|message|>", "<|start|>", "<|end|>", "<|return|>", "<|constrain|>",
        "<|call|>", "<think>", "</think>", "<channel|>", "<|channel>", "|channel|>",
        "<｜channel｜>", "‹|channel|›"}) {
    Check(whole.find(token) == std::string::npos);
  }
  return 0;
}
