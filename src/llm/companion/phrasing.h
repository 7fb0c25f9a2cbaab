// Puts a reply together from lines: picks by the seed among those that fit and were not said
// before, and fills slots.
//
//   Phrasing phrasing(past, SeedOf(seed, message));
//   phrasing.Set("person", "your sister");
//   phrasing.Say(topic.reflect);   // false where no line is left
//   std::string reply = phrasing.Take();
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "llm/companion/recollection.h"
#include "llm/companion/script.h"

namespace nat {

class Phrasing {
 public:
  // `past` is a loan.
  Phrasing(const Recollection& past, std::uint64_t seed);

  // A line with a slot is said only while the slot has a value. {Person} is {person} with a
  // capital.
  void Set(std::string_view slot, std::string value);
  // Adds one of the lines to the reply. False, and nothing is added, where every line has been said
  // in this conversation, has an empty slot, opens as a recent reply did, or would be a second
  // question.
  bool Say(const Lines& lines);
  // Adds one of the lines even if it was said before: the one that is longest ago.
  void SayAgain(const Lines& lines);

  bool has_question() const { return reply_.find('?') != std::string::npos; }
  std::size_t sentences() const { return SplitSentences(reply_).size(); }
  bool is_empty() const { return reply_.empty(); }
  // A number below `bound`, the same for the same seed and purpose.
  std::uint64_t Pick(std::string_view purpose, std::uint64_t bound) const;
  std::string Take() { return std::move(reply_); }

 private:
  struct Filled {
    std::string text;
    bool has_fresh_slot = false;   // names something that this reply has not named
    bool repeats_a_value = false;  // names something a second time
  };
  std::optional<Filled> Fill(std::string_view line) const;
  bool IsNew(std::string_view line, const std::string& text) const;
  bool OpensAnew(const std::string& text) const;
  void Append(const std::string& text);

  const Recollection& past_;
  std::uint64_t seed_;
  std::map<std::string, std::string, std::less<>> slots_;
  std::vector<std::string> recent_openings_;
  std::string reply_;
};

// The seed of a reply: a number that differs with the request's seed and with the message.
std::uint64_t SeedOf(std::string_view seed, std::string_view message, std::size_t turn);

}  // namespace nat
