#include "tests/support/letters.h"

#include <algorithm>

namespace nat::testing {

std::vector<std::string_view> LettersOf(std::string_view text) {
  std::vector<std::string_view> letters;
  for (std::size_t at = 0; at < text.size();) {
    std::size_t end = at + 1;
    while (end < text.size() && (static_cast<unsigned char>(text[end]) & 0xC0U) == 0x80U) ++end;
    letters.push_back(text.substr(at, end - at));
    at = end;
  }
  return letters;
}

std::size_t CountLetters(std::string_view text) {
  return static_cast<std::size_t>(std::count_if(text.begin(), text.end(), [](char byte) {
    return (static_cast<unsigned char>(byte) & 0xC0U) != 0x80U;
  }));
}

TextDifference Compare(std::string_view expected, std::string_view actual) {
  if (expected == actual) return TextDifference();
  const auto one = LettersOf(expected);
  const auto other = LettersOf(actual);
  // The length of the longest common subsequence of what was looked at of `one`, and each beginning
  // of `other`.
  std::vector<std::size_t> common(other.size() + 1);
  for (const auto letter : one) {
    std::size_t diagonal = 0;
    for (std::size_t at = 1; at <= other.size(); ++at) {
      const auto above = common[at];
      common[at] = letter == other[at - 1] ? diagonal + 1 : std::max(above, common[at - 1]);
      diagonal = above;
    }
  }
  return TextDifference{one.size() - common.back(), other.size() - common.back()};
}

}  // namespace nat::testing
