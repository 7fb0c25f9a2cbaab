// UTF-8: checking it, putting it together again out of pieces of a stream, and counting and cutting
// by characters. What Unicode says about single characters is in text.h. A character is a Unicode
// code point.
//
//   Utf8Assembler assembler;
//   while (...) text += assembler.Feed(bytes);   // always whole characters
//   text += assembler.Finish();
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace nat {

// The mark that stands where bytes could not be read, U+FFFD.
inline constexpr std::string_view kReplacementCharacter = "\xEF\xBF\xBD";

// One step of reading. `kIncomplete` means that the text ends inside a character that is well
// formed so far.
struct Utf8Step {
  enum class Kind { kCharacter, kInvalid, kIncomplete };
  Kind kind = Kind::kInvalid;
  char32_t character = 0;  // where kind is kCharacter
  std::size_t byte_count =
      0;  // of the character, or of the ill-formed piece that counts as one error
};

// Reads at the start of `text`, which is not empty. Ill-formed pieces are "maximal subparts"
// (Unicode 15, 3.9): what began as a character, up to the byte that does not fit. Overlong forms,
// surrogates and values above U+10FFFF are ill-formed.
Utf8Step ReadUtf8(std::string_view text);

void AppendUtf8(char32_t character, std::string& text);

bool IsValidUtf8(std::string_view text);

// How many bytes at the end belong to a character that is not complete; 0 to 3.
std::size_t IncompleteBytesAtEnd(std::string_view text);

// In valid UTF-8: the number of characters, and the first `count_max` of them.
std::size_t CountCharacters(std::string_view text);
std::string_view FirstCharacters(std::string_view text, std::size_t count_max);

// Makes whole characters of a stream that is cut anywhere. The last character of a piece is held
// back while it is incomplete; each ill-formed piece becomes one U+FFFD. The output is valid UTF-8
// and the same for any cuts.
class Utf8Assembler {
 public:
  std::string Feed(std::string_view bytes);
  // What is left of an incomplete character becomes one U+FFFD. The assembler is then as new.
  std::string Finish();

 private:
  std::string held_;  // at most 3 bytes
};

}  // namespace nat
