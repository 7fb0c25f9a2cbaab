#include "tests/sim/script.h"

#include <array>
#include <charconv>
#include <utility>

#include "base/limits.h"

namespace nat {
namespace {

constexpr std::string_view kBegin = "Reply ";

// Some say more than a reply may hold, or more than a reader is given at once.
constexpr std::size_t kOneInIsAFlood = 1000;

// With characters of one to four bytes, so that tokens end inside of them.
constexpr std::array<std::string_view, 10> kSentences = {
    " It rained until noon, and the kettle sang.",
    " Früh am Morgen war es still; the garden was wet.",
    " A naïve plan, perhaps: to sort the books by colour.",
    " 猫が窓のそばで寝ている。",
    " Tea first 🍵 and then the post.",
    " Would you like to say more about that?",
    "\n- the blue one\n- the other one\n",
    " “Later,” she said — and she meant it!",
    " Всё хорошо, подождём до вечера.",
    " That is one way to see it...",
};

std::string LongClause(Dice& dice) {
  std::string clause;
  const auto size = limits::kSegmentBytesMax + dice.Below(limits::kSegmentBytesMax);
  while (clause.size() < size) clause += dice.Percent(10) ? " größer" : " and on";
  return clause;
}

// Anywhere, also inside a character.
std::vector<std::string> Cut(const std::string& text, Dice& dice) {
  constexpr std::array<std::size_t, 4> kTokenBytesMax = {3, 12, 60, 2000};
  const bool is_flood = text.size() > limits::kReadEventsBytesMax;
  const auto bytes_max =
      is_flood ? kTokenBytesMax.back() : kTokenBytesMax[dice.Below(kTokenBytesMax.size())];
  std::vector<std::string> tokens;
  for (std::size_t at = 0; at < text.size();) {
    const auto size = dice.Between(1, bytes_max);
    tokens.push_back(text.substr(at, size));
    at += size;
  }
  return tokens;
}

}  // namespace

Script& Scripts::Begin(Dice& dice, std::size_t sentences) {
  auto& script = scripts_.emplace_back();
  script.number = scripts_.size();
  script.text =
      std::string(kBegin) + std::to_string(script.number) + ": " + std::string(kReplyMark) + ".";
  while (sentences-- > 0) script.text += kSentences[dice.Below(kSentences.size())];
  return script;
}

Script& Scripts::Write(Dice& dice, const ProviderMood& mood) {
  auto& script = Begin(dice, dice.Below(6));
  script.pause_max = mood.pause_max;
  if (dice.Percent(mood.is_long)) script.text += LongClause(dice) + ".";
  if (dice.OneIn(kOneInIsAFlood)) {
    const auto size = dice.Between(limits::kReadEventsBytesMax, 2 * limits::kReplyBytesMax);
    while (script.text.size() < size) script.text += kSentences[dice.Below(kSentences.size())];
  }
  // White space at the end of a reply is nothing to be shown.
  if (script.text.back() == '\n') script.text.pop_back();
  if (dice.Percent(mood.fails_to_open)) {
    constexpr std::array kOpenings = {Script::Opening::kRefuses, Script::Opening::kRefuses,
                                      Script::Opening::kHangs,
                                      Script::Opening::kSaysNothingVisible};
    script.opening = kOpenings[dice.Below(kOpenings.size())];
  } else if (dice.Percent(mood.ends_badly)) {
    constexpr std::array kEndings = {Script::Ending::kBreaks, Script::Ending::kBreaks,
                                     Script::Ending::kFallsSilent, Script::Ending::kHangs};
    script.ending = kEndings[dice.Below(kEndings.size())];
  }
  const bool is_hidden = script.opening == Script::Opening::kSaysNothingVisible;
  auto said = is_hidden ? std::string() : script.text;
  if (is_hidden || dice.Percent(20)) {
    said = "<think>" + std::string(kHiddenMark) + "</think>" + said;
  }
  script.tokens = Cut(said, dice);
  // What breaks off does so anywhere, also before its first word.
  if (script.ending != Script::Ending::kEnds) {
    script.tokens.resize(dice.Below(script.tokens.size()));
  }
  return script;
}

Script& Scripts::WriteLastResort(Dice& dice) {
  auto& script = Begin(dice, dice.Below(3));
  if (script.text.back() == '\n') script.text.pop_back();
  script.pause_max = std::chrono::milliseconds(20);
  script.tokens = Cut(script.text, dice);
  return script;
}

const Script* Scripts::Of(std::string_view shown) const {
  if (!shown.starts_with(kBegin)) return nullptr;
  shown.remove_prefix(kBegin.size());
  std::size_t number = 0;
  const auto read = std::from_chars(shown.data(), shown.data() + shown.size(), number);
  if (read.ec != std::errc() || number == 0 || number > scripts_.size()) return nullptr;
  return &scripts_[number - 1];
}

}  // namespace nat
