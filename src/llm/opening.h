// Judges how a reply opens, where reasoning can leak without a single marker: a server that drops
// special tokens leaves the words between them, as in "analysisWe need to be
// kind.assistantfinalHello", and a template that opens the reasoning itself leaves only its end, as
// in "The user is sad. I should listen.</think>Hello".
#pragma once

#include <cstddef>
#include <string_view>

namespace nat {

// So much of every reply is held back, for an end of reasoning that may follow. Shorter than most
// first sentences, so it rarely delays anything.
inline constexpr std::size_t kOpeningBytes = 48;
// So much is held back of a reply that opens like reasoning.
inline constexpr std::size_t kSuspectOpeningBytes = 4096;

enum class Opening {
  kUndecided,  // too short to tell
  kReply,      // an ordinary reply
  kSuspect,    // reads like reasoning, and may be a reply all the same
  kReasoning,  // begins with the name of a hidden channel that is glued to the text: no reply
               // begins so
  kFinal,      // begins with "final" as the name of the channel
};

// `text` is what a reply begins with, trimmed at its start. Once an answer for a text is not
// kUndecided, it stands for whatever follows it.
Opening JudgeOpening(std::string_view text);

// Whether `text`, as a whole reply, is no more than the name of a channel.
bool IsChannelName(std::string_view text);

}  // namespace nat
