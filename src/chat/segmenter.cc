#include "chat/segmenter.h"

#include <unicode/uchar.h>

#include <algorithm>
#include <utility>

#include "base/limits.h"
#include "base/text.h"
#include "base/utf8.h"

namespace nat {
namespace {

// A first clause of this length is worth showing alone; later ones only where sentences are long.
constexpr std::size_t kFirstClauseBytesMin = 24;
constexpr std::size_t kClauseBytesMin = 120;
// So far is looked ahead for what decides about a cut, so what is held never exceeds the bound.
constexpr std::size_t kLookAheadBytesMax = 64;
constexpr std::size_t kForcedCutBytes = limits::kSegmentBytesMax - kLookAheadBytesMax;
// What is longer is no link, but a bracket that nobody closed.
constexpr std::size_t kLinkCharactersMax = 200;

constexpr char32_t kZeroWidthJoiner = 0x200D;
constexpr char32_t kEllipsis = 0x2026;

bool IsDigit(char32_t character) {
  return character >= '0' && character <= '9';
}

bool Has(char32_t character, UProperty property) {
  return u_hasBinaryProperty(static_cast<UChar32>(character), property) != 0;
}

// Whether two characters are parts of one that a person sees.
bool AreOne(char32_t before, char32_t character) {
  if (character < 0x80) return false;
  return before == kZeroWidthJoiner || character == kZeroWidthJoiner ||
         Has(character, UCHAR_EMOJI_MODIFIER) || Has(character, UCHAR_GRAPHEME_EXTEND) ||
         (Has(before, UCHAR_REGIONAL_INDICATOR) && Has(character, UCHAR_REGIONAL_INDICATOR));
}

// Whether a character after the mark that ends a sentence or a clause belongs to the end.
bool BelongsToEnd(char32_t character) {
  const Punctuation kind = PunctuationOf(character);
  return kind == Punctuation::kCloser || kind == Punctuation::kSentence ||
         kind == Punctuation::kFullWidth;
}

// Bytes that are no character are taken as they are and mean nothing.
char32_t CharacterOf(const Utf8Step& step) {
  return step.kind == Utf8Step::Kind::kCharacter ? step.character : 0;
}

}  // namespace

// What follows a mark of punctuation.
struct Segmenter::Ahead {
  std::size_t end = 0;    // after the marks and closers that belong to it
  std::size_t stops = 0;  // full stops among them
  bool knows_next = false;
  char32_t next = 0;  // the character after `end`
  bool knows_word = false;
  char32_t next_word = 0;  // the first one from `end` on that is not white space
};

std::vector<std::string> Segmenter::Feed(std::string_view token) {
  text_ += token;
  std::vector<std::string> segments;
  while (taken_ < rest().size()) {
    const Cut cut = LookAtNext();
    if (cut.kind == Cut::Kind::kUnknown) break;
    if (cut.kind == Cut::Kind::kHere) {
      if (cut.byte_count > taken_) Take(cut.byte_count - taken_);
      segments.push_back(CutOff(cut.byte_count));
    } else {
      Take(ReadUtf8(rest().substr(taken_)).byte_count);
    }
  }
  text_.erase(0, begin_);
  begin_ = 0;
  return segments;
}

std::string Segmenter::CutWords() {
  const auto end = last_space_ > 0 ? last_space_ : last_break_;
  return has_words_ && end > 0 ? CutOff(end) : std::string();
}

std::string Segmenter::Finish() {
  std::string left(rest());
  *this = Segmenter();
  return left;
}

Segmenter::Cut Segmenter::LookAtNext() const {
  const Utf8Step step = ReadUtf8(rest().substr(taken_));
  if (step.kind == Utf8Step::Kind::kIncomplete) return {Cut::Kind::kUnknown};
  if (taken_ + step.byte_count > kForcedCutBytes) return {Cut::Kind::kHere, ForcedCut()};
  const char32_t character = CharacterOf(step);
  if (character == '\n') {
    return {has_words_ && !code_.is_inside() ? Cut::Kind::kHere : Cut::Kind::kNotHere, taken_};
  }
  if (PunctuationOf(character) == Punctuation::kNone || is_quoted()) return Cut();
  return JudgeEnd(character, step.byte_count);
}

Segmenter::Cut Segmenter::JudgeEnd(char32_t mark, std::size_t size) const {
  const Punctuation kind = PunctuationOf(mark);
  if (kind == Punctuation::kCloser || !has_words_) return Cut();
  const bool is_clause = kind == Punctuation::kClause || kind == Punctuation::kLooseClause ||
                         kind == Punctuation::kHyphen;
  if (is_clause && !IsLongEnoughForClause(taken_ + size)) return Cut();
  if (kind == Punctuation::kHyphen && !IsWhiteSpace(previous_)) return Cut();
  const Ahead ahead = LookAhead(taken_);
  if (!ahead.knows_next) return {Cut::Kind::kUnknown};
  const bool needs_space = kind != Punctuation::kFullWidth && kind != Punctuation::kLooseClause;
  if (needs_space && !IsWhiteSpace(ahead.next)) return Cut();
  if (kind == Punctuation::kSentence || IsDigit(previous_)) {
    if (!ahead.knows_word) return {Cut::Kind::kUnknown};
    if (IsDigit(previous_) && IsDigit(ahead.next_word)) return Cut();
  }
  if (kind == Punctuation::kSentence && ahead.next != '\n') {
    const auto next_word = static_cast<UChar32>(ahead.next_word);
    const bool trails_off = mark == kEllipsis || ahead.stops > 1 || previous_ == '.';
    if (mark == '.' && !trails_off && IsStopOfWord()) return Cut();
    if (trails_off && u_isdigit(next_word) != 0) return Cut();
    // The sentence goes on, as in: "Why?" she asked.
    const bool goes_on = u_islower(next_word) != 0;
    if (goes_on && (trails_off || !IsLongEnoughForClause(ahead.end))) return Cut();
  }
  return {Cut::Kind::kHere, ahead.end};
}

Segmenter::Ahead Segmenter::LookAhead(std::size_t from) const {
  Ahead ahead;
  ahead.end = from;
  const std::string_view text = rest().substr(0, from + kLookAheadBytesMax);
  for (std::size_t at = from; at < text.size() && !ahead.knows_word;) {
    const Utf8Step step = ReadUtf8(text.substr(at));
    if (step.kind == Utf8Step::Kind::kIncomplete) break;
    const char32_t character = CharacterOf(step);
    at += step.byte_count;
    if (!ahead.knows_next && (ahead.end == from || BelongsToEnd(character))) {
      ahead.stops += character == '.' ? 1 : 0;
      ahead.end = at;
      continue;
    }
    if (!ahead.knows_next) ahead.next = character;
    ahead.knows_next = true;
    // A line break stands for a word: what follows it is another line.
    ahead.knows_word = !IsWhiteSpace(character) || character == '\n';
    if (ahead.knows_word) ahead.next_word = character;
  }
  if (text.size() == from + kLookAheadBytesMax) ahead.knows_next = ahead.knows_word = true;
  return ahead;
}

bool Segmenter::IsLongEnoughForClause(std::size_t byte_count) const {
  return byte_count >= (is_first_ ? kFirstClauseBytesMin : kClauseBytesMin);
}

// Whether the full stop that is next belongs to the word or the number before it.
bool Segmenter::IsStopOfWord() const {
  const std::string_view before = rest().substr(0, taken_);
  if (EndsInAbbreviation(before)) return true;
  const std::size_t line_break = before.rfind('\n');
  if (line_break == std::string_view::npos) return is_first_ && IsListNumber(before);
  return IsListNumber(before.substr(line_break + 1));
}

bool Segmenter::is_quoted() const {
  return link_ == Link::kText || link_ == Link::kTarget || code_.is_inside();
}

std::size_t Segmenter::ForcedCut() const {
  if (last_space_ > 0) return last_space_;
  return last_break_ > 0 ? last_break_ : taken_;
}

void Segmenter::Take(std::size_t byte_count) {
  const std::size_t end = taken_ + byte_count;
  while (taken_ < end) {
    const Utf8Step step = ReadUtf8(rest().substr(taken_));
    TakeCharacter(CharacterOf(step), rest().substr(taken_, step.byte_count));
    taken_ += step.byte_count;
  }
}

void Segmenter::TakeCharacter(char32_t character, std::string_view bytes) {
  code_.Read(bytes);
  FollowLink(character);
  if (taken_ > 0 && !AreOne(previous_, character)) last_break_ = taken_;
  if (IsWhiteSpace(character)) {
    if (!IsWhiteSpace(previous_)) {
      space_ = taken_;
      before_space_ = previous_;
    }
  } else {
    // Numbers are written with spaces too, and a phone number belongs together.
    const bool is_in_number = IsDigit(before_space_) && IsDigit(character);
    if (has_words_ && IsWhiteSpace(previous_) && !is_in_number) last_space_ = space_;
    has_words_ = true;
  }
  previous_ = character;
}

void Segmenter::FollowLink(char32_t character) {
  if (++link_characters_ > kLinkCharactersMax || character == '\n') link_ = Link::kNone;
  if (code_.is_inside()) return;
  if (link_ == Link::kTextEnded) link_ = character == '(' ? Link::kTarget : Link::kNone;
  if (character == ']' && link_ == Link::kText) link_ = Link::kTextEnded;
  if (character == ')' && link_ == Link::kTarget) link_ = Link::kNone;
  if (character == '[' && link_ == Link::kNone) {
    link_ = Link::kText;
    link_characters_ = 0;
  }
}

std::string Segmenter::CutOff(std::size_t byte_count) {
  std::string segment(rest().substr(0, byte_count));
  begin_ += byte_count;
  taken_ -= byte_count;
  // What was looked at and is left over has no white space in it, or the cut were there.
  has_words_ = !TrimWhiteSpace(rest().substr(0, taken_)).empty();
  last_space_ = 0;
  last_break_ = 0;
  space_ = 0;
  is_first_ = false;
  return segment;
}

}  // namespace nat
