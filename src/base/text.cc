#include "base/text.h"

#include <unicode/normalizer2.h>
#include <unicode/stringoptions.h>
#include <unicode/uchar.h>

#include <algorithm>

#include "base/error.h"
#include "base/utf8.h"

namespace nat {
namespace {

constexpr char32_t kZeroWidthNonJoiner = 0x200C;
constexpr char32_t kZeroWidthJoiner = 0x200D;
constexpr char32_t kBlackFlag = 0x1F3F4;

struct Range {
  char32_t first;
  char32_t last;
  bool Holds(char32_t character) const { return first <= character && character <= last; }
};

template <std::size_t count>
bool IsInAny(const Range (&ranges)[count], char32_t character) {
  return std::any_of(std::begin(ranges), std::end(ranges),
                     [&](const Range& range) { return range.Holds(character); });
}

// Always removed. Joiners, variation selectors and tags depend on what stands before them and are
// not here.
constexpr Range kInvisible[] = {
    {0x0000, 0x0008},   {0x000B, 0x001F}, {0x007F, 0x009F},  // controls except tab and line feed
    {0x00AD, 0x00AD},                                        // soft hyphen
    {0x034F, 0x034F},                                        // combining grapheme joiner
    {0x061C, 0x061C},   {0x200E, 0x200F},                    // marks of direction
    {0x115F, 0x1160},   {0x3164, 0x3164}, {0xFFA0, 0xFFA0},  // blank letters of Hangul
    {0x17B4, 0x17B5},                                        // blank vowels of Khmer
    {0x200B, 0x200B},                                        // zero-width space
    {0x202A, 0x202E},   {0x2060, 0x206F},  // overrides, isolates, invisible operators
    {0xFDD0, 0xFDEF},                      // noncharacters
    {0xFEFF, 0xFEFF},                      // byte order mark
    {0xFFF0, 0xFFFB},                      // interlinear annotation
    {0x1D173, 0x1D17A},                    // invisible controls of music
};

// Scripts in which a joiner changes how letters are drawn, by their blocks.
constexpr Range kJoiningScripts[] = {
    {0x0600, 0x08FF},    // Arabic, Syriac, N'Ko, Mandaic and what extends them
    {0x0900, 0x0DFF},    // the scripts of India and Sri Lanka
    {0x0F00, 0x109F},    // Tibetan, Myanmar
    {0x1780, 0x18AF},    // Khmer, Mongolian
    {0x1A20, 0x1AAF},    // Tai Tham
    {0xA8E0, 0xA8FF},    // Devanagari, extended
    {0xAA00, 0xAADF},    // Cham, Myanmar extended, Tai Viet
    {0xFB50, 0xFDCF},    // forms of Arabic letters
    {0xFDF0, 0xFDFF},    // the same
    {0xFE70, 0xFEFC},    // the same
    {0x11000, 0x11FFF},  // further scripts of India
};

bool IsVariationSelector(char32_t character) {
  return (0xFE00 <= character && character <= 0xFE0F) ||
         (0xE0100 <= character && character <= 0xE01EF);
}

// Mongolian picks the shape of a letter by these, as other scripts do by joiners.
constexpr Range kMongolian = {0x1800, 0x18AF};
constexpr Range kMongolianSelectors = {0x180B, 0x180F};

constexpr Range kTags = {0xE0000, 0xE007F};
// The longest name of a region is five letters or digits; the end mark comes on top.
constexpr int kFlagTagsMax = 6;

bool IsNoncharacter(char32_t character) {
  return (character & 0xFFFE) == 0xFFFE;
}

bool IsEmoji(char32_t character) {
  const auto code_point = static_cast<UChar32>(character);
  return u_hasBinaryProperty(code_point, UCHAR_EXTENDED_PICTOGRAPHIC) != 0 ||
         u_hasBinaryProperty(code_point, UCHAR_EMOJI_MODIFIER) != 0;
}

char32_t FirstCharacterOf(std::string_view text) {
  return text.empty() ? U'\0' : ReadUtf8(text).character;
}

// Decides about the characters of one text from left to right.
class VisibilityJudge {
 public:
  // Whether `character`, which `rest` follows, is kept.
  bool Keeps(char32_t character, std::string_view rest) {
    if (!Judge(character, rest)) return false;
    if (character == kBlackFlag) {
      flag_tags_left_ = kFlagTagsMax;
    } else {
      flag_tags_left_ = kTags.Holds(character) ? flag_tags_left_ - 1 : 0;
    }
    if (!IsVariationSelector(character)) base_ = character;
    before_ = character;
    return true;
  }

 private:
  bool Judge(char32_t character, std::string_view rest) const {
    if (character == kZeroWidthNonJoiner || character == kZeroWidthJoiner) {
      if (before_ == character) return false;
      if (IsInAny(kJoiningScripts, before_)) return true;
      return character == kZeroWidthJoiner && IsEmoji(base_) && IsEmoji(FirstCharacterOf(rest));
    }
    if (kMongolianSelectors.Holds(character)) {
      return kMongolian.Holds(before_) && !kMongolianSelectors.Holds(before_);
    }
    if (IsVariationSelector(character)) {
      return before_ != 0 && !IsWhiteSpace(before_) && !IsVariationSelector(before_);
    }
    if (kTags.Holds(character)) return flag_tags_left_ > 0;
    return !IsInAny(kInvisible, character) && !IsNoncharacter(character);
  }

  char32_t before_ = 0;  // the last character that was kept
  char32_t base_ = 0;    // the same, without variation selectors, which are part of an emoji
  int flag_tags_left_ = 0;
};

bool IsAscii(std::string_view text) {
  return std::all_of(text.begin(), text.end(),
                     [](char byte) { return static_cast<unsigned char>(byte) < 0x80; });
}

std::size_t LastCharacterSize(std::string_view text) {
  std::size_t size = 1;
  while (size < text.size() &&
         (static_cast<unsigned char>(text[text.size() - size]) & 0xC0) == 0x80) {
    ++size;
  }
  return size;
}

}  // namespace

std::string NormalizeNfc(std::string_view text) {
  if (IsAscii(text)) return std::string(text);
  UErrorCode status = U_ZERO_ERROR;
  const icu::Normalizer2* nfc = icu::Normalizer2::getNFCInstance(status);
  // The tables of NFC are compiled into the library: this fails only where the library is broken.
  NAT_CHECK(U_SUCCESS(status));
  const icu::StringPiece piece(text.data(), static_cast<std::int32_t>(text.size()));
  if (nfc->isNormalizedUTF8(piece, status) && U_SUCCESS(status)) return std::string(text);
  std::string normal;
  icu::StringByteSink<std::string> sink(&normal);
  nfc->normalizeUTF8(0, piece, sink, nullptr, status);
  NAT_CHECK(U_SUCCESS(status));
  return normal;
}

bool IsWhiteSpace(char32_t character) {
  if (character < 0x80) return character == ' ' || (character >= '\t' && character <= '\r');
  return u_isUWhiteSpace(static_cast<UChar32>(character)) != 0;
}

std::string_view TrimWhiteSpaceAtStart(std::string_view text) {
  while (!text.empty()) {
    const Utf8Step step = ReadUtf8(text);
    if (!IsWhiteSpace(step.character)) break;
    text.remove_prefix(step.byte_count);
  }
  return text;
}

std::string_view TrimWhiteSpaceAtEnd(std::string_view text) {
  while (!text.empty()) {
    const std::size_t size = LastCharacterSize(text);
    if (!IsWhiteSpace(ReadUtf8(text.substr(text.size() - size)).character)) break;
    text.remove_suffix(size);
  }
  return text;
}

std::string_view TrimWhiteSpace(std::string_view text) {
  return TrimWhiteSpaceAtEnd(TrimWhiteSpaceAtStart(text));
}

std::string ToLowerAscii(std::string_view text) {
  std::string lower(text);
  for (char& character : lower) {
    if (character >= 'A' && character <= 'Z') character = static_cast<char>(character - 'A' + 'a');
  }
  return lower;
}

std::string UnifyLineEnds(std::string_view text) {
  std::string unified;
  unified.reserve(text.size());
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] != '\r') {
      unified.push_back(text[i]);
    } else if (i + 1 == text.size() || text[i + 1] != '\n') {
      unified.push_back('\n');
    }
  }
  return unified;
}

std::string RemoveInvisible(std::string_view text) {
  std::string visible;
  visible.reserve(text.size());
  VisibilityJudge judge;
  while (!text.empty()) {
    const Utf8Step step = ReadUtf8(text);
    const std::string_view bytes = text.substr(0, step.byte_count);
    text.remove_prefix(step.byte_count);
    if (judge.Keeps(step.character, text)) visible += bytes;
  }
  return visible;
}

std::size_t EstimateTokens(std::string_view text) {
  // In parts of a token, 28 to each, so that 3.5 to a token is a whole number of parts.
  constexpr std::size_t kPartsPerToken = 28;
  std::size_t parts = 0;
  for (const char byte : text) {
    const auto value = static_cast<unsigned char>(byte);
    if (value < 0x80) {
      const bool is_word =
          (value >= 'a' && value <= 'z') || (value >= 'A' && value <= 'Z') || value == ' ';
      parts += is_word ? 8 : 14;
    } else if (value >= 0xF0) {
      parts += 3 * kPartsPerToken;
    } else if (value >= 0xE0) {
      parts += kPartsPerToken;
    } else if (value >= 0xC0) {
      parts += kPartsPerToken / 2;
    }
  }
  return (parts + kPartsPerToken - 1) / kPartsPerToken;
}

}  // namespace nat
