#include "base/utf8.h"

#include <algorithm>
#include <cstdint>
#include <cstring>

namespace nat {
namespace {

// What may follow a first byte (Unicode 15, table 3-7): the length, and the range of the second
// byte. The ranges are what rules out overlong forms, surrogates and values that are too high.
struct Lead {
  std::size_t byte_count = 0;  // 0: no character begins with this byte
  unsigned char second_min = 0x80;
  unsigned char second_max = 0xBF;
};

Lead LeadOf(unsigned char byte) {
  if (byte < 0x80) return {1, 0, 0};
  if (byte < 0xC2) return {0, 0, 0};
  if (byte < 0xE0) return {2, 0x80, 0xBF};
  if (byte == 0xE0) return {3, 0xA0, 0xBF};
  if (byte == 0xED) return {3, 0x80, 0x9F};
  if (byte < 0xF0) return {3, 0x80, 0xBF};
  if (byte == 0xF0) return {4, 0x90, 0xBF};
  if (byte < 0xF4) return {4, 0x80, 0xBF};
  if (byte == 0xF4) return {4, 0x80, 0x8F};
  return {0, 0, 0};
}

// How many bytes from `position` on are ASCII; eight are looked at in one step.
std::size_t AsciiRun(std::string_view text, std::size_t position) {
  const std::size_t begin = position;
  std::uint64_t eight = 0;
  while (position + sizeof eight <= text.size()) {
    std::memcpy(&eight, text.data() + position, sizeof eight);
    if ((eight & 0x8080808080808080u) != 0) break;
    position += sizeof eight;
  }
  while (position < text.size() && static_cast<unsigned char>(text[position]) < 0x80) ++position;
  return position - begin;
}

bool IsContinuation(char byte) {
  return (static_cast<unsigned char>(byte) & 0xC0) == 0x80;
}

}  // namespace

Utf8Step ReadUtf8(std::string_view text) {
  using Kind = Utf8Step::Kind;
  const auto first = static_cast<unsigned char>(text[0]);
  const Lead lead = LeadOf(first);
  if (lead.byte_count == 1) return {Kind::kCharacter, first, 1};
  if (lead.byte_count == 0) return {Kind::kInvalid, 0, 1};
  // The first byte of n holds 7 - n bits of the value.
  char32_t character = first & ((1u << (7 - lead.byte_count)) - 1);
  unsigned char min = lead.second_min;
  unsigned char max = lead.second_max;
  for (std::size_t i = 1; i < lead.byte_count; ++i) {
    if (i == text.size()) return {Kind::kIncomplete, 0, i};
    const auto byte = static_cast<unsigned char>(text[i]);
    if (byte < min || byte > max) return {Kind::kInvalid, 0, i};
    character = (character << 6) | (byte & 0x3Fu);
    min = 0x80;
    max = 0xBF;
  }
  return {Kind::kCharacter, character, lead.byte_count};
}

void AppendUtf8(char32_t character, std::string& text) {
  const auto tail = [&](int shift) {
    text.push_back(static_cast<char>(0x80 | ((character >> shift) & 0x3F)));
  };
  if (character < 0x80) {
    text.push_back(static_cast<char>(character));
  } else if (character < 0x800) {
    text.push_back(static_cast<char>(0xC0 | (character >> 6)));
    tail(0);
  } else if (character < 0x10000) {
    text.push_back(static_cast<char>(0xE0 | (character >> 12)));
    tail(6);
    tail(0);
  } else {
    text.push_back(static_cast<char>(0xF0 | (character >> 18)));
    tail(12);
    tail(6);
    tail(0);
  }
}

bool IsValidUtf8(std::string_view text) {
  std::size_t position = AsciiRun(text, 0);
  while (position < text.size()) {
    const Utf8Step step = ReadUtf8(text.substr(position));
    if (step.kind != Utf8Step::Kind::kCharacter) return false;
    position += step.byte_count;
    position += AsciiRun(text, position);
  }
  return true;
}

std::size_t IncompleteBytesAtEnd(std::string_view text) {
  const std::size_t reach = std::min<std::size_t>(text.size(), 3);
  for (std::size_t back = 1; back <= reach; ++back) {
    const std::string_view end = text.substr(text.size() - back);
    if (IsContinuation(end[0])) continue;
    return ReadUtf8(end).kind == Utf8Step::Kind::kIncomplete ? back : 0;
  }
  return 0;
}

std::size_t CountCharacters(std::string_view text) {
  return static_cast<std::size_t>(
      std::count_if(text.begin(), text.end(), [](char byte) { return !IsContinuation(byte); }));
}

std::string_view FirstCharacters(std::string_view text, std::size_t count_max) {
  std::size_t count = 0;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (IsContinuation(text[i])) continue;
    if (count == count_max) return text.substr(0, i);
    ++count;
  }
  return text;
}

std::string Utf8Assembler::Feed(std::string_view bytes) {
  std::string joined;
  if (!held_.empty()) {
    joined = held_;
    joined += bytes;
    held_.clear();
    bytes = joined;
  }
  std::string text;
  text.reserve(bytes.size());
  std::size_t position = 0;
  while (position < bytes.size()) {
    const std::size_t ascii = AsciiRun(bytes, position);
    text += bytes.substr(position, ascii);
    position += ascii;
    if (position == bytes.size()) break;
    const Utf8Step step = ReadUtf8(bytes.substr(position));
    if (step.kind == Utf8Step::Kind::kIncomplete) {
      held_ = bytes.substr(position);
      break;
    }
    const bool is_good = step.kind == Utf8Step::Kind::kCharacter;
    text += is_good ? bytes.substr(position, step.byte_count) : kReplacementCharacter;
    position += step.byte_count;
  }
  return text;
}

std::string Utf8Assembler::Finish() {
  if (held_.empty()) return std::string();
  held_.clear();
  return std::string(kReplacementCharacter);
}

}  // namespace nat
