// What a model server says, well and badly, as answers for FakeUpstream.
#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "tests/support/fake_upstream.h"

namespace nat {

// `text` in pieces of a word and the space before it.
std::vector<std::string> WordsOf(const std::string& text);

// One server-sent event of the chat completions stream, as text: a delta with content; with
// reasoning in `field`
// ("reasoning_content", "reasoning", "thinking" or "reasoning_details"); with a finish reason; the
// end.
std::string ContentEvent(const std::string& content);
std::string ReasoningEvent(const std::string& field, const std::string& reasoning);
std::string FinishEvent(const std::string& reason);
inline const std::string kDoneEvent = "data: [DONE]\n\n";
// A text delta of Anthropic's stream.
std::string AnthropicTextEvent(const std::string& text);

// An event stream of these pieces.
FakeAnswer StreamOf(std::vector<std::string> pieces);
// A whole stream that says `text` word by word: role, content, finish reason, usage, [DONE].
FakeAnswer StreamedReply(const std::string& text);
// The same at once, as JSON.
FakeAnswer WholeReply(const std::string& text);
// A JSON body with a status.
FakeAnswer JsonAnswer(int status, const std::string& json);
FakeAnswer HtmlAnswer(int status);
// A file of tests/support/fixtures, as a stream for .sse and as JSON otherwise.
FakeAnswer FixtureAnswer(const std::string& name, int status = 200);
// Takes the request and never says anything.
FakeAnswer SilentAnswer();
// These bytes and nothing else, then the end.
FakeAnswer RawAnswer(std::string bytes);

}  // namespace nat
