// What the history says, read anew for every reply: what the person told, and what the companion
// has said already.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <unordered_set>
#include <vector>

#include "llm/companion/reading.h"
#include "llm/provider.h"

namespace nat {

// How the replies so far began: the first words that make two openings feel alike.
std::string OpeningOf(std::string_view reply);
// The sentences of a text, without the blanks around them.
std::vector<std::string_view> SplitSentences(std::string_view text);
// The same for a sentence in any case and with any punctuation.
std::uint64_t KeyOf(std::string_view sentence);

struct Recollection {
  std::vector<Reading>
      readings;  // the person's messages, oldest first; the last one is to be answered
  std::vector<std::string> replies;  // the companion's, oldest first
  std::unordered_set<std::uint64_t> sentences;
  std::size_t questions_in_a_row = 0;

  const Reading& now() const { return readings.back(); }
  // The last reply, or nothing.
  std::string_view LastReply() const;
  // Whether one of the last `replies_max` replies was made with one of the lines.
  bool HasSaid(const Lines& lines, std::size_t replies_max) const;
};

// Whether `reply` holds the line, with anything where the line has a {slot}.
bool Holds(std::string_view reply, std::string_view line);

Recollection Recall(const std::vector<ChatMessage>& history, const Script& script);

}  // namespace nat
