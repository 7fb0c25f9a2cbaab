// What punctuation says about where sentences and clauses end, in the scripts of the world. Pure
// functions, for segmenter.h.
#pragma once

#include <string_view>

namespace nat {

enum class Punctuation {
  kNone,
  kSentence,     // ends a sentence where white space follows
  kFullWidth,    // ends a sentence whatever follows
  kClause,       // ends a clause where white space follows
  kLooseClause,  // ends a clause whatever follows
  kHyphen,       // ends a clause between white space
  kCloser,       // belongs to what it follows: quotes, brackets, emphasis of Markdown
};

Punctuation PunctuationOf(char32_t character);

// Where a text goes on after a full stop: whether the stop belongs to the word before it, as in
// "Mr.", "e.g.", "U.S." and "J.". `before` is the text up to the stop.
bool EndsInAbbreviation(std::string_view before);

// Whether the line so far is only the number of a list: digits, after white space and quote marks.
// `line` is the text of the line up to the stop.
bool IsListNumber(std::string_view line);

}  // namespace nat
