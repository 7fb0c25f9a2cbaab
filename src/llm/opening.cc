#include "llm/opening.h"

#include <unicode/uchar.h>

#include <algorithm>
#include <array>
#include <string>

#include "base/text.h"
#include "base/utf8.h"

namespace nat {
namespace {

constexpr std::string_view kFinalName = "final";
constexpr std::array<std::string_view, 2> kHiddenNames = {"analysis", "commentary"};

// What models say to themselves and hardly ever to a person. A wrong guess costs a reply its
// streaming, no more.
constexpr std::array<std::string_view, 11> kReasoningPhrases = {
    "the user",       "user's message",     "user says",  "user asks",
    "we need to",     "we should",          "we must",    "need to respond",
    "should respond", "let me think about", "let's think"};

// Whether a word cannot go on with this character, so that a name before it was a word of its own.
bool BeginsAnotherWord(char32_t character) {
  const auto code_point = static_cast<UChar32>(character);
  if (u_isalpha(code_point) != 0) return u_islower(code_point) == 0;
  return u_isdigit(code_point) != 0 || character == '"' || character == '*' || character == 0x201C;
}

// After the name of a hidden channel.
Opening JudgeHiddenName(std::string_view name, bool is_lower_case, std::string_view rest) {
  const Utf8Step step = ReadUtf8(rest);
  if (!is_lower_case)
    return BeginsAnotherWord(step.character) ? Opening::kSuspect : Opening::kReply;
  if (BeginsAnotherWord(step.character)) return Opening::kReasoning;
  constexpr std::string_view kRecipient = " to=";
  if (name == "commentary" && rest.starts_with(kRecipient)) return Opening::kReasoning;
  if (name == "commentary" && kRecipient.starts_with(rest)) return Opening::kUndecided;
  return Opening::kSuspect;
}

}  // namespace

Opening JudgeOpening(std::string_view text) {
  if (kFinalName.starts_with(text)) return Opening::kUndecided;
  if (text.starts_with(kFinalName)) {
    const Utf8Step step = ReadUtf8(text.substr(kFinalName.size()));
    if (step.character == '\n' || BeginsAnotherWord(step.character)) return Opening::kFinal;
  }
  const std::string lower = ToLowerAscii(text.substr(0, kOpeningBytes));
  for (const std::string_view name : kHiddenNames) {
    if (name.starts_with(lower)) return Opening::kUndecided;
    if (!lower.starts_with(name)) continue;
    return JudgeHiddenName(name, text.starts_with(name), text.substr(name.size()));
  }
  if (text.size() < kOpeningBytes) return Opening::kUndecided;
  const bool reads_like_reasoning =
      std::any_of(kReasoningPhrases.begin(), kReasoningPhrases.end(),
                  [&](std::string_view phrase) { return lower.find(phrase) != std::string::npos; });
  return reads_like_reasoning ? Opening::kSuspect : Opening::kReply;
}

bool IsChannelName(std::string_view text) {
  return text == kFinalName ||
         std::find(kHiddenNames.begin(), kHiddenNames.end(), text) != kHiddenNames.end();
}

}  // namespace nat
