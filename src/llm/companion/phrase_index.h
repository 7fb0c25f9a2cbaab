// The words of a message, and many phrases looked for in them at once.
//
//   PhraseIndex index;
//   auto added = index.Add("cant|couldnt sleep", owner);
//   for (const PhraseHit& hit : index.Find(SplitWords("I can't sleep", folds))) ...
//
// A phrase is a row of elements between blanks: a word, a beginning of a word (`panic*`),
// alternatives (`a|b*`), `#` for a number, `~` for a gap of up to three words, `^` and `$` for the
// first and the last word of the message.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "base/error.h"

namespace nat {

struct Word {
  std::string text;         // lower case, without apostrophes, folded
  std::uint32_t begin = 0;  // bytes of the message
  std::uint32_t end = 0;
  std::uint32_t clause = 0;  // counts up at punctuation
  bool is_capitalised = false;
};

// One or two words and the one word that they are read as: contractions, usual misspellings.
using Folds = std::map<std::string, std::string, std::less<>>;

// At most the first `kWordsMax` words; what comes after them is not looked at.
inline constexpr std::size_t kWordsMax = 4'000;
std::vector<Word> SplitWords(std::string_view message, const Folds& folds);
bool IsNumber(std::string_view word);

struct PhraseHit {
  std::uint16_t owner = 0;
  std::uint32_t first_word = 0;
  std::uint32_t end_word = 0;
};

class PhraseIndex {
 public:
  // kInvalidInput where the phrase is empty, begins or ends with a gap, or has an anchor inside.
  Status Add(std::string_view phrase, std::uint16_t owner);
  // Every phrase at every place, in reading order.
  std::vector<PhraseHit> Find(const std::vector<Word>& words) const;
  std::size_t size() const { return phrases_.size(); }

 private:
  struct Choice {
    std::string text;
    bool is_prefix = false;
  };
  struct Element {
    enum class Kind { kWord, kNumber, kGap } kind = Kind::kWord;
    std::vector<Choice> choices;
  };
  struct Phrase {
    std::vector<Element> elements;
    std::uint16_t owner = 0;
    bool from_start = false;
    bool to_end = false;
  };

  // Nothing where the piece has an empty choice or one that is too short to be a beginning.
  static std::optional<Element> ReadElement(std::string_view piece);
  static bool Fits(const Element& element, const std::string& word);
  static std::size_t EndOfMatch(const Phrase& phrase, std::size_t element,
                                const std::vector<Word>& words, std::size_t at);
  void Index(const Phrase& phrase, std::uint32_t number);

  std::vector<Phrase> phrases_;
  // By the first word, or by the first letters of it where that is a beginning only.
  std::unordered_map<std::string, std::vector<std::uint32_t>> by_word_;
  std::unordered_map<std::string, std::vector<std::uint32_t>> by_prefix_;
};

}  // namespace nat
