// What a provider will say, written before it is asked: each script is numbered, and its number
// stands in its text, so that a reply that was shown can be held against what was said.
#pragma once

#include <chrono>
#include <cstddef>
#include <deque>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "tests/support/dice.h"

namespace nat {

using testing::Dice;

// Stands in every reply, and must not stand in the database file.
inline constexpr std::string_view kReplyMark = "the kettle sang";
// Stands in reasoning, and must not be shown.
inline constexpr std::string_view kHiddenMark = "nobody may read this";

struct Script {
  enum class Opening { kOpens, kRefuses, kHangs, kSaysNothingVisible };
  enum class Ending { kEnds, kBreaks, kFallsSilent, kHangs };

  std::size_t number = 0;
  Opening opening = Opening::kOpens;
  Ending ending = Ending::kEnds;
  std::string text;                 // what is to be seen when all of it is said
  std::vector<std::string> tokens;  // of the text, and of what is to be hidden
  std::chrono::nanoseconds pause_max = std::chrono::nanoseconds(0);
};

// How providers behave in one history. Chances are in percent.
struct ProviderMood {
  std::size_t fails_to_open = 20;
  std::size_t ends_badly = 20;
  std::size_t is_long = 10;
  std::chrono::nanoseconds pause_max = std::chrono::milliseconds(200);
};

class Scripts {
 public:
  Script& Write(Dice& dice, const ProviderMood& mood);
  // One that opens and ends as it should, and is done soon.
  Script& WriteLastResort(Dice& dice);

  // The script that a shown text was made from; null where it is none.
  const Script* Of(std::string_view shown) const;

 private:
  Script& Begin(Dice& dice, std::size_t sentences);

  std::deque<Script> scripts_;  // grows at its end only, so that each one stays where it is
};

}  // namespace nat
