#include "chat/echo_filter.h"

#include <algorithm>
#include <utility>

#include "base/limits.h"

namespace nat {
namespace {

// What repeats less than this is no repetition: "I " begins many sentences.
constexpr std::size_t kEchoLettersMin = 12;

bool IsSpace(char byte) {
  return byte == ' ' || byte == '\n' || byte == '\t' || byte == '\r';
}

char InLowerCase(char byte) {
  return byte >= 'A' && byte <= 'Z' ? static_cast<char>(byte - 'A' + 'a') : byte;
}

// Of other alphabets each byte is taken for a letter; their case counts.
bool IsOfWord(char letter) {
  const auto byte = static_cast<unsigned char>(letter);
  return (letter >= 'a' && letter <= 'z') || (letter >= '0' && letter <= '9') || byte >= 0x80;
}

// Of other alphabets every mark is taken for one.
bool IsSentenceEnd(char letter) {
  return letter == '.' || letter == '!' || letter == '?' || letter == ':' || letter == '"' ||
         static_cast<unsigned char>(letter) >= 0x80;
}

bool IsClauseEnd(char letter) {
  return IsSentenceEnd(letter) || letter == ',' || letter == ';';
}

std::string LettersOf(std::string_view text) {
  std::string letters;
  for (const char byte : text) {
    if (!IsSpace(byte)) letters.push_back(InLowerCase(byte));
  }
  return letters;
}

}  // namespace

EchoFilter::EchoFilter(std::string_view earlier)
    : earlier_(LettersOf(earlier)), is_decided_(earlier_.empty()) {}

std::string EchoFilter::Feed(std::string_view token) {
  if (is_decided_) return std::string(token);
  Hold(token);
  return MayBeEcho() ? std::string() : Decide();
}

std::string EchoFilter::Finish() {
  return is_decided_ ? std::string() : Decide();
}

void EchoFilter::Hold(std::string_view token) {
  for (const char byte : token) {
    held_.push_back(byte);
    if (IsSpace(byte)) continue;
    const char letter = InLowerCase(byte);
    const auto at = letters_.size();
    begins_alike_ = begins_alike_ && (at >= earlier_.size() || earlier_[at] == letter);
    letters_.push_back(letter);
    ends_.push_back(held_.size());
  }
}

// Whether what is held is a beginning of the earlier text, or stands so near its end that it can
// still become its last words.
bool EchoFilter::MayBeEcho() const {
  if (begins_alike_) return letters_.size() <= earlier_.size();
  // The last words are at most a segment long.
  if (letters_.size() > limits::kSegmentBytesMax) return false;
  const auto tail_size = std::min(earlier_.size(), limits::kSegmentBytesMax);
  const auto tail = std::string_view(earlier_).substr(earlier_.size() - tail_size);
  return tail.find(letters_) != std::string_view::npos;
}

// How many bytes of what is held say again what was said: all of it and then perhaps more, its
// beginning up to the end of a sentence, or its last words from the beginning of
// a clause.
std::size_t EchoFilter::EchoBytes() const {
  const auto letters = std::string_view(letters_);
  const auto pair = std::mismatch(letters.begin(), letters.end(), earlier_.begin(), earlier_.end());
  auto alike = static_cast<std::size_t>(pair.first - letters.begin());
  if (alike < earlier_.size() || !EndsWord(alike)) {
    while (alike > 0 && !IsSentenceEnd(letters[alike - 1])) --alike;
  }
  if (alike >= kEchoLettersMin) return ends_[alike - 1];
  for (auto size = std::min({letters.size(), earlier_.size(), limits::kSegmentBytesMax});
       size >= kEchoLettersMin; --size) {
    const auto begin = earlier_.size() - size;
    const bool begins_clause = begin == 0 || IsClauseEnd(earlier_[begin - 1]);
    const bool is_same = begins_clause && earlier_.ends_with(letters.substr(0, size));
    if (is_same && EndsWord(size)) return ends_[size - 1];
  }
  return 0;
}

// Whether the first `count` letters of what is held are followed by the end of a word.
bool EchoFilter::EndsWord(std::size_t count) const {
  if (count == 0 || count >= letters_.size()) return true;
  const bool has_space = ends_[count] > ends_[count - 1] + 1;
  return has_space || !IsOfWord(letters_[count]) || !IsOfWord(letters_[count - 1]);
}

std::string EchoFilter::Decide() {
  is_decided_ = true;
  const auto echo = EchoBytes();
  return std::exchange(held_, std::string()).substr(echo);
}

}  // namespace nat
