#include "llm/companion/phrase_index.h"

#include <algorithm>
#include <optional>

namespace nat {
namespace {

constexpr std::size_t kGapWordsMax = 3;
constexpr std::size_t kPrefixKeyBytes = 3;
constexpr std::string_view kNumberKey = "#";

bool IsLetterOrDigit(unsigned char byte) {
  return byte >= 0x80 || (byte >= '0' && byte <= '9') || (byte >= 'a' && byte <= 'z') ||
         (byte >= 'A' && byte <= 'Z');
}

char Lower(char byte) {
  return byte >= 'A' && byte <= 'Z' ? static_cast<char>(byte - 'A' + 'a') : byte;
}

// General punctuation (U+2000 to U+203F) shares its first two bytes in UTF-8.
bool IsPunctuationAt(std::string_view text, std::size_t at) {
  return text.substr(at).starts_with("\xE2\x80") && at + 2 < text.size();
}

bool IsApostropheAt(std::string_view text, std::size_t at) {
  return text.substr(at).starts_with("\xE2\x80\x98") || text.substr(at).starts_with("\xE2\x80\x99");
}

bool EndsClause(std::string_view text, std::size_t at) {
  return std::string_view(".,;:!?\n()").find(text[at]) != std::string_view::npos ||
         IsPunctuationAt(text, at);
}

// Reads one word at `at`, which stands on a letter or digit, and moves `at` behind it.
Word ReadWord(std::string_view message, std::size_t& at) {
  Word word;
  word.begin = static_cast<std::uint32_t>(at);
  word.is_capitalised = message[at] >= 'A' && message[at] <= 'Z';
  while (at < message.size()) {
    if (message[at] == '\'') {
      ++at;
    } else if (IsPunctuationAt(message, at)) {
      if (!IsApostropheAt(message, at)) break;
      at += 3;
    } else if (IsLetterOrDigit(static_cast<unsigned char>(message[at]))) {
      word.text += Lower(message[at++]);
    } else {
      break;
    }
  }
  word.end = static_cast<std::uint32_t>(at);
  return word;
}

std::vector<std::string_view> Split(std::string_view text, char at) {
  std::vector<std::string_view> pieces;
  while (true) {
    const std::size_t end = text.find(at);
    if (end > 0) pieces.push_back(text.substr(0, end));
    if (end == std::string_view::npos) return pieces;
    text.remove_prefix(end + 1);
  }
}

void Fold(std::vector<Word>& words, const Folds& folds) {
  for (Word& word : words) {
    if (const auto found = folds.find(word.text); found != folds.end()) word.text = found->second;
  }
  std::vector<Word> folded;
  folded.reserve(words.size());
  for (Word& word : words) {
    if (!folded.empty() && folded.back().clause == word.clause) {
      const auto found = folds.find(folded.back().text + " " + word.text);
      if (found != folds.end()) {
        folded.back().text = found->second;
        folded.back().end = word.end;
        continue;
      }
    }
    folded.push_back(std::move(word));
  }
  words = std::move(folded);
}

}  // namespace

std::vector<Word> SplitWords(std::string_view message, const Folds& folds) {
  std::vector<Word> words;
  std::uint32_t clause = 0;
  std::size_t at = 0;
  while (at < message.size() && words.size() < kWordsMax) {
    if (IsPunctuationAt(message, at)) {
      if (!IsApostropheAt(message, at)) ++clause;
      at += 3;
    } else if (IsLetterOrDigit(static_cast<unsigned char>(message[at]))) {
      words.push_back(ReadWord(message, at));
      words.back().clause = clause;
    } else {
      if (EndsClause(message, at)) ++clause;
      ++at;
    }
  }
  Fold(words, folds);
  return words;
}

bool IsNumber(std::string_view word) {
  static constexpr std::string_view kWords[] = {
      "a",     "an",   "one", "two",    "three",  "four",   "five", "six",     "seven",
      "eight", "nine", "ten", "eleven", "twelve", "couple", "few",  "several", "many"};
  if (std::find(std::begin(kWords), std::end(kWords), word) != std::end(kWords)) return true;
  return !word.empty() && word.size() <= 4 &&
         std::all_of(word.begin(), word.end(), [](char c) { return c >= '0' && c <= '9'; });
}

Status PhraseIndex::Add(std::string_view text, std::uint16_t owner) {
  Phrase phrase;
  phrase.owner = owner;
  const std::string wrong = "phrase \"" + std::string(text) + "\" ";
  for (const std::string_view piece : Split(text, ' ')) {
    if (phrase.to_end) return Error(ErrorCode::kInvalidInput, wrong + "goes on after $");
    if (piece == "^") {
      if (!phrase.elements.empty() || phrase.from_start) {
        return Error(ErrorCode::kInvalidInput, wrong + "has ^ inside");
      }
      phrase.from_start = true;
    } else if (piece == "$") {
      phrase.to_end = true;
    } else {
      std::optional<Element> element = ReadElement(piece);
      if (!element) {
        return Error(ErrorCode::kInvalidInput, wrong + "has an empty or too short choice");
      }
      phrase.elements.push_back(std::move(*element));
    }
  }
  const bool has_edge_gap =
      !phrase.elements.empty() && (phrase.elements.front().kind == Element::Kind::kGap ||
                                   phrase.elements.back().kind == Element::Kind::kGap);
  if (phrase.elements.empty() || has_edge_gap) {
    return Error(ErrorCode::kInvalidInput, wrong + "must begin and end with a word");
  }
  Index(phrase, static_cast<std::uint32_t>(phrases_.size()));
  phrases_.push_back(std::move(phrase));
  return Ok();
}

std::optional<PhraseIndex::Element> PhraseIndex::ReadElement(std::string_view piece) {
  Element element;
  if (piece == "#") element.kind = Element::Kind::kNumber;
  if (piece == "~") element.kind = Element::Kind::kGap;
  if (element.kind != Element::Kind::kWord) return element;
  if (piece.empty() || piece.front() == '|' || piece.back() == '|') return std::nullopt;
  if (piece.find("||") != std::string_view::npos) return std::nullopt;
  for (std::string_view choice : Split(piece, '|')) {
    const bool is_prefix = choice.size() > kPrefixKeyBytes && choice.back() == '*';
    if (is_prefix) choice.remove_suffix(1);
    if (choice.find('*') != std::string_view::npos) return std::nullopt;
    element.choices.push_back({std::string(choice), is_prefix});
  }
  return element;
}

void PhraseIndex::Index(const Phrase& phrase, std::uint32_t number) {
  const Element& first = phrase.elements.front();
  if (first.kind == Element::Kind::kNumber) by_word_[std::string(kNumberKey)].push_back(number);
  for (const Choice& choice : first.choices) {
    std::vector<std::uint32_t>& place = choice.is_prefix
                                            ? by_prefix_[choice.text.substr(0, kPrefixKeyBytes)]
                                            : by_word_[choice.text];
    if (place.empty() || place.back() != number) place.push_back(number);
  }
}

std::vector<PhraseHit> PhraseIndex::Find(const std::vector<Word>& words) const {
  std::vector<PhraseHit> hits;
  const auto look = [&](const std::unordered_map<std::string, std::vector<std::uint32_t>>& index,
                        const std::string& key, std::size_t at) {
    const auto found = index.find(key);
    if (found == index.end()) return;
    for (const std::uint32_t number : found->second) {
      const Phrase& phrase = phrases_[number];
      if (phrase.from_start && at != 0) continue;
      const std::size_t end = EndOfMatch(phrase, 0, words, at);
      if (end == 0) continue;
      hits.push_back(
          {phrase.owner, static_cast<std::uint32_t>(at), static_cast<std::uint32_t>(end)});
    }
  };
  for (std::size_t at = 0; at < words.size(); ++at) {
    look(by_word_, words[at].text, at);
    look(by_prefix_, words[at].text.substr(0, kPrefixKeyBytes), at);
    if (IsNumber(words[at].text)) look(by_word_, std::string(kNumberKey), at);
  }
  return hits;
}

bool PhraseIndex::Fits(const Element& element, const std::string& word) {
  if (element.kind == Element::Kind::kNumber) return IsNumber(word);
  return std::any_of(element.choices.begin(), element.choices.end(), [&](const Choice& choice) {
    return choice.is_prefix ? word.starts_with(choice.text) : word == choice.text;
  });
}

// The word behind the match of `phrase` from its `element` on at the word `at`, or 0 where there is
// none.
std::size_t PhraseIndex::EndOfMatch(const Phrase& phrase, std::size_t element,
                                    const std::vector<Word>& words, std::size_t at) {
  if (element == phrase.elements.size()) {
    return phrase.to_end && at != words.size() ? 0 : at;
  }
  const Element& wanted = phrase.elements[element];
  if (wanted.kind == Element::Kind::kGap) {
    for (std::size_t skipped = 0; skipped <= kGapWordsMax; ++skipped) {
      const std::size_t end = EndOfMatch(phrase, element + 1, words, at + skipped);
      if (end != 0) return end;
    }
    return 0;
  }
  if (at >= words.size() || !Fits(wanted, words[at].text)) return 0;
  return EndOfMatch(phrase, element + 1, words, at + 1);
}

}  // namespace nat
