// Text as Unicode knows it: normalisation, white space, and characters that cannot be seen.
// Everything here takes and gives valid UTF-8 (utf8.h checks it) and is a pure function.
//
//   auto clean = TrimWhiteSpace(NormalizeNfc(RemoveInvisible(UnifyLineEnds(typed))));
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace nat {

// The composed form, in which equal text is equal bytes (Unicode Standard Annex 15). Text that
// already is in it, as nearly all text, is only looked at.
std::string NormalizeNfc(std::string_view text);

// The White_Space property of Unicode.
bool IsWhiteSpace(char32_t character);
// Without the white space at the ends, or at one of them.
std::string_view TrimWhiteSpace(std::string_view text);
std::string_view TrimWhiteSpaceAtStart(std::string_view text);
std::string_view TrimWhiteSpaceAtEnd(std::string_view text);

// Letters of ASCII in lower case; others stay. For words of protocols, not for people's words.
std::string ToLowerAscii(std::string_view text);

// CRLF and a lone CR become LF.
std::string UnifyLineEnds(std::string_view text);

// Without characters that show nothing and change how other text reads or is understood: control
// characters except tab and line feed, marks, overrides and isolates of writing direction,
// zero-width spaces, byte order marks, blank letters, tag characters and variation selectors that
// could carry hidden words, and noncharacters.
//
// What people need stays. A joiner (U+200C, U+200D) stays after a letter of a script whose shapes
// it changes (Arabic, Syriac, Mongolian, the scripts of India and their relatives), and U+200D
// stays between two emoji. A variation selector stays after a visible character, one at a time;
// tags stay in the flag of a region, which is a black flag followed by them.
std::string RemoveInvisible(std::string_view text);

// About how many tokens a model would count; cheap, and rather too many than too few, for
// vocabularies of 100,000 to 200,000 tokens: 3.5 letters or spaces of ASCII to a token,
// two of its digits and signs, two letters of the scripts of two bytes (Cyrillic, Greek, Arabic,
// accents), one of three bytes (Han, Devanagari), and three tokens to an emoji.
std::size_t EstimateTokens(std::string_view text);

}  // namespace nat
