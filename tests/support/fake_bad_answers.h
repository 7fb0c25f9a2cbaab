// What a model server says when it is broken, overloaded, misunderstood or strange, beyond what
// fake_answers.h has. Everything ends by itself: the longest answer is 16 MB.
#pragma once

#include <cstddef>
#include <string>

#include "tests/support/fake_upstream.h"

namespace nat {

// Sentences of about 50 bytes, each with a number of its own, at least `bytes` of them together.
std::string NumberedSentences(std::size_t bytes);

// The first `count` words of `text`, and then nothing that would end a reply; `ending` follows.
FakeAnswer BegunReply(const std::string& text, std::size_t count, FakeEnding ending);
// A status line, and then header lines until the client leaves; 4 MB at most.
FakeAnswer EndlessHeaders();
// Nothing but reasoning for this long, at one megabyte a second.
FakeAnswer FastReasoning(std::chrono::milliseconds length);
// Only reasoning, and then the end because of its length.
FakeAnswer ReasoningOnly();
// A function to be called in place of words.
FakeAnswer ToolCall();
// An event that reports an error in place of text.
std::string ErrorEvent(const std::string& word);
// The same answer with its whole body in one piece, and so in one chunk.
FakeAnswer InOnePiece(FakeAnswer answer);

}  // namespace nat
