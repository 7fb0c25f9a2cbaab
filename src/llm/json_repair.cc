#include "llm/json_repair.h"

#include <charconv>
#include <cstdint>
#include <cstdio>
#include <optional>

#include "base/utf8.h"

namespace nat {
namespace {

constexpr std::size_t kUnicodeEscapeBytes = 6;  // "\u0041"

// The code unit of a "\uXXXX" at the start of `text`.
std::optional<std::uint16_t> UnicodeEscape(std::string_view text) {
  if (text.size() < kUnicodeEscapeBytes || !text.starts_with("\\u")) return std::nullopt;
  std::uint16_t unit = 0;
  const char* end = text.data() + kUnicodeEscapeBytes;
  const auto read = std::from_chars(text.data() + 2, end, unit, 16);
  if (read.ec != std::errc() || read.ptr != end) return std::nullopt;
  return unit;
}

bool IsHighSurrogate(std::uint16_t unit) {
  return unit >= 0xD800 && unit <= 0xDBFF;
}
bool IsLowSurrogate(std::uint16_t unit) {
  return unit >= 0xDC00 && unit <= 0xDFFF;
}

// Takes the escape at the start of `rest`, which is a backslash, and appends what may stand for it.
void TakeEscape(std::string_view& rest, std::string& repaired) {
  const auto unit = UnicodeEscape(rest);
  if (unit) {
    const auto next = UnicodeEscape(rest.substr(kUnicodeEscapeBytes));
    const bool is_pair = IsHighSurrogate(*unit) && next && IsLowSurrogate(*next);
    const bool is_half = !is_pair && (IsHighSurrogate(*unit) || IsLowSurrogate(*unit));
    const std::size_t count = is_pair ? 2 * kUnicodeEscapeBytes : kUnicodeEscapeBytes;
    repaired += is_half ? std::string_view("\\ufffd") : rest.substr(0, count);
    rest.remove_prefix(count);
    return;
  }
  const bool is_known =
      rest.size() > 1 && std::string_view("\"\\/bfnrt").find(rest[1]) != std::string_view::npos;
  if (is_known) {
    repaired += rest.substr(0, 2);
    rest.remove_prefix(2);
  } else {
    repaired += "\\\\";
    rest.remove_prefix(1);
  }
}

void AppendEscaped(unsigned char control, std::string& repaired) {
  char escape[kUnicodeEscapeBytes + 1];
  std::snprintf(escape, sizeof(escape), "\\u%04x", control);
  repaired += escape;
}

}  // namespace

std::string RepairJson(std::string_view json) {
  Utf8Assembler assembler;
  std::string text = assembler.Feed(json);
  text += assembler.Finish();

  std::string repaired;
  repaired.reserve(text.size() + 16);
  bool is_in_string = false;
  for (std::string_view rest = text; !rest.empty();) {
    const char letter = rest.front();
    if (is_in_string && letter == '\\') {
      TakeEscape(rest, repaired);
      continue;
    }
    if (letter == '"') is_in_string = !is_in_string;
    if (is_in_string && static_cast<unsigned char>(letter) < 0x20) {
      AppendEscaped(static_cast<unsigned char>(letter), repaired);
    } else {
      repaired += letter;
    }
    rest.remove_prefix(1);
  }
  return repaired;
}

}  // namespace nat
