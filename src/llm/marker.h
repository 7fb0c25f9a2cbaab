// Recognises the markers by which models structure what they write: the special tokens of gpt-oss
// (harmony), ChatML, Llama, Gemma, DeepSeek and Mistral, and reasoning tags such as <think>. Forms
// that servers mangled and look-alike brackets and bars are recognised as well: `<channel|>`,
// `<|channel>`, `|channel|>`, `<｜channel｜>`, `‹|channel|›`.
//
// All functions are pure and take whole characters of valid UTF-8.
#pragma once

#include <cstddef>
#include <string_view>

namespace nat {

enum class MarkerKind {
  kChannel,         // <|channel|>: the name of a channel follows
  kThoughtChannel,  // <|channel>: Gemma's begin of a thought, or a mangled kChannel
  kChannelClose,    // <channel|>: Gemma's end of a thought, or a mangled kChannel
  kStart,           // <|start|>: a role follows, as the header of a message
  kConstrain,       // <|constrain|>: the format of the message follows
  kMessage,         // <|message|>: ends the header, the text follows
  kEnd,             // ends a message or the reply
  kRole,            // <|im_start|> and the like: a role follows, then the text
  kUserTurn,        // <|user|>, [INST]: words of the person follow
  kAssistantTurn,   // <|assistant|>, [/INST]: the reply follows
  kOtherTurn,       // <|system|>, <<SYS>>: instructions follow
  kReasoningOpen,   // <think>
  kReasoningClose,  // </think>
  kWordFinal,   // assistantfinal: the words that are left where a server dropped only the markers
  kWordHidden,  // assistantanalysis, assistantcommentary
  kNoise,       // a special token that structures nothing here
};

// Whether more text may follow what is looked at.
enum class Ending { kOpen, kComplete };

// What stands at the start of a text. At kPartial it fits so far and more is needed to tell. At
// kNone, `byte_count` is how much of it looked like a marker before something did not fit.
struct MarkerMatch {
  enum class Kind { kNone, kPartial, kMarker };
  Kind kind = Kind::kNone;
  std::size_t byte_count = 0;  // of the marker, at kMarker
  MarkerKind marker = MarkerKind::kNoise;
};

// `text` is not empty.
MarkerMatch MatchMarker(std::string_view text, Ending ending);
// The same for words without markers; to be asked only where there is reason to expect them.
MarkerMatch MatchMarkerWord(std::string_view text, Ending ending);

// The first place at or after `from` where a marker might begin, or npos. Fast: it looks at single
// bytes first.
std::size_t FindMarkerStart(std::string_view text, std::size_t from);

// What a character looks like where markers are concerned: letters in lower case, and one of < > |
// / for what resembles them. Zero for characters of no width, one for all that no marker is made
// of.
char FoldForMarker(char32_t character);

}  // namespace nat
