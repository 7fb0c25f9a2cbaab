#include "chat/punctuation.h"

#include <algorithm>
#include <array>
#include <string>

#include "base/text.h"

namespace nat {
namespace {

constexpr std::size_t kListNumberDigitsMax = 3;

constexpr std::array<std::string_view, 49> kAbbreviations = {
    "mr",   "mrs", "ms",  "mx",     "dr",   "prof", "st",  "sr",  "jr",  "vs",
    "eg",   "ie",  "etc", "approx", "ca",   "cf",   "fig", "vol", "inc", "ltd",
    "dept", "est", "gen", "sgt",    "capt", "rev",  "hon", "mt",  "ave", "jan",
    "feb",  "apr", "jun", "jul",    "aug",  "sept", "oct", "nov", "dec", "tel",
    "ext",  "bzw", "ggf", "evtl",   "usw",  "nr",   "hr",  "mme", "sra"};

bool IsAsciiLetter(char character) {
  return (character >= 'a' && character <= 'z') || (character >= 'A' && character <= 'Z');
}
bool IsDigit(char character) {
  return character >= '0' && character <= '9';
}

// The letters and stops at the end of a text, after anything that is neither.
std::string_view LastWord(std::string_view text) {
  const auto begin = std::find_if_not(text.rbegin(), text.rend(), [](char character) {
    return IsAsciiLetter(character) || character == '.' ||
           static_cast<unsigned char>(character) >= 0x80;
  });
  return text.substr(static_cast<std::size_t>(text.rend() - begin));
}

}  // namespace

Punctuation PunctuationOf(char32_t character) {
  switch (character) {
    case U'.':
    case U'!':
    case U'?':
    case U'\u2026':  // horizontal ellipsis
    case U'\u203D':  // interrobang
    case U'\u0589':  // Armenian
    case U'\u061F':  // Arabic question mark
    case U'\u06D4':  // Urdu
    case U'\u0964':  // danda
    case U'\u0965':  // double danda
    case U'\u1362':  // Ethiopic
      return Punctuation::kSentence;
    case U'\u3002':  // ideographic full stop
    case U'\uFF01':
    case U'\uFF1F':
    case U'\uFF0E':
    case U'\uFF61':
    case U'\u104B':  // Burmese
    case U'\u17D4':  // Khmer
      return Punctuation::kFullWidth;
    case U',':
    case U';':
    case U':':
    case U'\u060C':  // Arabic comma
    case U'\u061B':  // Arabic semicolon
      return Punctuation::kClause;
    case U'\u2013':  // en dash
    case U'\u2014':  // em dash
    case U'\u3001':  // ideographic comma
    case U'\uFF0C':
    case U'\uFF1A':
    case U'\uFF1B':
      return Punctuation::kLooseClause;
    case U'-':
      return Punctuation::kHyphen;
    case U'"':
    case U'\'':
    case U')':
    case U']':
    case U'*':
    case U'_':
    case U'\u2019':
    case U'\u201D':
    case U'\u00BB':
    case U'\u203A':
    case U'\u300D':
    case U'\u300F':
    case U'\u300B':
    case U'\u3011':
    case U'\uFF09':
      return Punctuation::kCloser;
    default:
      return Punctuation::kNone;
  }
}

bool EndsInAbbreviation(std::string_view before) {
  const std::string_view word = LastWord(before);
  if (word.empty()) return false;
  // Single letters with stops between them: "e.g", "U.S", "a.m". One letter alone is an initial,
  // unless it is the word "I".
  const std::size_t last_stop = word.rfind('.');
  const std::string_view last =
      last_stop == std::string_view::npos ? word : word.substr(last_stop + 1);
  if (last.size() == 1 && IsAsciiLetter(last[0]) && word != "I") return true;
  return std::find(kAbbreviations.begin(), kAbbreviations.end(), ToLowerAscii(word)) !=
         kAbbreviations.end();
}

bool IsListNumber(std::string_view line) {
  const std::size_t begin = line.find_first_not_of(" \t>*-");
  if (begin == std::string_view::npos) return false;
  const std::string_view number = line.substr(begin);
  return number.size() <= kListNumberDigitsMax &&
         std::all_of(number.begin(), number.end(), IsDigit);
}

}  // namespace nat
