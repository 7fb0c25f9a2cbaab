// Texts as people see them: characters, and how many of them went missing or came twice. It shares
// no code with the product.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace nat::testing {

// The code points of a UTF-8 text, each as its bytes.
std::vector<std::string_view> LettersOf(std::string_view text);
std::size_t CountLetters(std::string_view text);

struct TextDifference {
  std::size_t lost = 0;     // characters of the one that the other does not have
  std::size_t doubled = 0;  // characters that the other has beyond it
};

// By their longest common subsequence; both are 0 exactly where the texts are equal.
TextDifference Compare(std::string_view expected, std::string_view actual);

}  // namespace nat::testing
