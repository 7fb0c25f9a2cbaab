#include "llm/companion/recollection.h"

#include <algorithm>

#include "base/limits.h"

namespace nat {
namespace {

constexpr std::size_t kOpeningWords = 2;

bool IsLetterOrDigit(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
         static_cast<unsigned char>(c) >= 0x80;
}

char Lower(char c) {
  return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
}

std::string_view Trimmed(std::string_view text) {
  const auto first = text.find_first_not_of(" \n\r\t");
  if (first == std::string_view::npos) return {};
  return text.substr(first, text.find_last_not_of(" \n\r\t") - first + 1);
}

// The first message that is still looked at, so that `count` messages for which `counts` holds come
// after it.
template <class Counts>
std::size_t StartOf(const std::vector<ChatMessage>& history, std::size_t count, Counts counts) {
  std::size_t at = history.size();
  while (at > 0 && count > 0) {
    --at;
    if (counts(history[at])) --count;
  }
  return at;
}

void RecallReplies(const std::vector<ChatMessage>& history, Recollection& past) {
  const std::size_t bytes_max = limits::kCompanionEarlierBytesRead;
  const auto is_reply = [](const ChatMessage& message) { return message.role == Role::kAssistant; };
  for (std::size_t at = StartOf(history, limits::kCompanionRepliesCompared, is_reply);
       at < history.size(); ++at) {
    if (!is_reply(history[at])) continue;
    past.replies.push_back(history[at].text.substr(0, bytes_max));
    const std::string& reply = past.replies.back();
    const bool asks = reply.find('?') != std::string::npos;
    past.questions_in_a_row = asks ? past.questions_in_a_row + 1 : 0;
    for (const std::string_view sentence : SplitSentences(reply)) {
      past.sentences.insert(KeyOf(sentence));
    }
  }
}

}  // namespace

std::string OpeningOf(std::string_view reply) {
  std::string opening;
  std::size_t words = 0;
  bool is_in_word = false;
  for (const char c : reply) {
    if (IsLetterOrDigit(c) || c == '\'') {
      is_in_word = true;
      opening += Lower(c);
    } else if (is_in_word) {
      is_in_word = false;
      if (++words == kOpeningWords) break;
      opening += ' ';
    }
  }
  return opening;
}

std::vector<std::string_view> SplitSentences(std::string_view text) {
  std::vector<std::string_view> sentences;
  std::size_t first = 0;
  for (std::size_t at = 0; at < text.size(); ++at) {
    const bool is_stop = text[at] == '.' || text[at] == '?' || text[at] == '!' || text[at] == '\n';
    std::size_t end = at + 1;
    while (end < text.size() && (text[end] == '"' || text[end] == '.')) ++end;
    const bool is_end = is_stop && (end == text.size() || text[end] == ' ' || text[end] == '\n');
    if (!is_end && at + 1 != text.size()) continue;
    const std::string_view sentence = Trimmed(text.substr(first, end - first));
    if (!sentence.empty()) sentences.push_back(sentence);
    first = end;
    at = end - 1;
  }
  return sentences;
}

std::uint64_t KeyOf(std::string_view sentence) {
  std::uint64_t key = 14695981039346656037ull;
  for (const char c : sentence) {
    if (!IsLetterOrDigit(c)) continue;
    key = (key ^ static_cast<unsigned char>(Lower(c))) * 1099511628211ull;
  }
  return key;
}

bool Holds(std::string_view reply, std::string_view line) {
  std::size_t at = 0;
  bool is_first = true;
  while (!line.empty()) {
    const std::size_t slot = line.find('{');
    const std::string_view piece = line.substr(0, slot);
    const std::size_t found = reply.find(piece, at);
    if (found == std::string_view::npos) return false;
    at = found + piece.size();
    is_first = is_first && piece.empty();
    if (slot == std::string_view::npos) return true;
    const std::size_t close = line.find('}', slot);
    line = close == std::string_view::npos ? std::string_view() : line.substr(close + 1);
  }
  return !is_first;
}

std::string_view Recollection::LastReply() const {
  return replies.empty() ? std::string_view() : std::string_view(replies.back());
}

bool Recollection::HasSaid(const Lines& lines, std::size_t replies_max) const {
  const std::size_t first = replies.size() > replies_max ? replies.size() - replies_max : 0;
  return std::any_of(replies.begin() + static_cast<std::ptrdiff_t>(first), replies.end(),
                     [&](const std::string& reply) {
                       return std::any_of(lines.begin(), lines.end(), [&](const std::string& line) {
                         return Holds(reply, line);
                       });
                     });
}

Recollection Recall(const std::vector<ChatMessage>& history, const Script& script) {
  Recollection past;
  RecallReplies(history, past);
  const auto is_any = [](const ChatMessage&) { return true; };
  const std::size_t start = StartOf(history, limits::kCompanionMessagesRead, is_any);
  std::size_t last = history.size();
  for (std::size_t at = start; at < history.size(); ++at) {
    if (history[at].role == Role::kUser) last = at;
  }
  People known;
  for (std::size_t at = start; at < last; ++at) {
    if (history[at].role != Role::kUser) continue;
    const std::string_view text = history[at].text;
    past.readings.push_back(
        Read(text.substr(0, limits::kCompanionEarlierBytesRead), script, known));
  }
  past.readings.push_back(last < history.size() ? Read(history[last].text, script, known)
                                                : Read({}, script, known));
  return past;
}

}  // namespace nat
