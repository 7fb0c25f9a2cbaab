#include "llm/marker_buffer.h"

#include <algorithm>

#include "base/utf8.h"

namespace nat {
namespace {

using Kind = MarkerMatch::Kind;

constexpr std::size_t kCharacterBytesMax = 4;
// How much may be held back of markers that are interrupted by others.
constexpr std::size_t kInterruptedBytesMax = 256;

}  // namespace

void MarkerBuffer::Append(std::string_view text) {
  text_.erase(0, begin_);
  begin_ = 0;
  text_ += text;
}

std::string_view MarkerBuffer::Take(std::size_t byte_count) {
  const std::string_view taken = rest().substr(0, byte_count);
  begin_ += taken.size();
  if (!taken.empty()) previous_ = taken.back();
  return taken;
}

MarkerBuffer::Front MarkerBuffer::LookAtFront(Words words, Ending ending) const {
  std::size_t at = 0;
  for (;;) {
    const MarkerMatch match = MatchAt(at, words, ending);
    if (match.kind != Kind::kNone) return {match, at};
    // The begin of a marker, in which or right after which the next one may begin: when that one is
    // dropped, this one may go on behind it and become a marker after all. So it stays until then.
    const std::size_t first = at + ReadUtf8(rest().substr(at)).byte_count;
    const std::size_t end = at + match.byte_count;
    if (end < first) return {match, first};
    const std::size_t start =
        FindStart(rest().substr(first, end - first + kCharacterBytesMax), words);
    if (start > end - first || end > kInterruptedBytesMax) return {match, first};
    at = first + start;
  }
}

std::size_t MarkerBuffer::first_character_size() const {
  return ReadUtf8(rest()).byte_count;
}

std::size_t MarkerBuffer::FindStart(std::string_view text, Words words) {
  const std::size_t marker = FindMarkerStart(text, 0);
  return words == Words::kIgnored ? marker : std::min(marker, text.find('a'));
}

MarkerMatch MarkerBuffer::MatchAt(std::size_t at, Words words, Ending ending) const {
  const std::string_view text = rest().substr(at);
  if (text[0] != 'a') return MatchMarker(text, ending);
  if (words == Words::kIgnored) return MarkerMatch();
  // Whoever writes about the word puts it in quotes or at least leaves a space before it.
  const char before = at > 0 ? rest()[at - 1] : previous_;
  const std::string_view excluding = words == Words::kGlued ? "\"'` \t" : "\"'`";
  if (excluding.find(before) != std::string_view::npos) return MarkerMatch();
  return MatchMarkerWord(text, ending);
}

}  // namespace nat
