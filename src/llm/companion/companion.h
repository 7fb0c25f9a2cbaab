// The companion: a script that holds a conversation without a model. Pure: the same history and
// seed give the same reply, and everything it knows (people, events, what it already asked) it
// reads from the history again each time.
//
//   Companion companion(script);
//   std::string reply = companion.Reply(request.messages, request.seed);
//
// Work is bounded: it looks at the last limits::kCompanionMessagesRead messages and no further.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "llm/companion/script.h"
#include "llm/provider.h"

namespace nat {

class Companion {
 public:
  // `script` is a loan that must outlive the companion.
  explicit Companion(const Script& script) : script_(script) {}

  // Never empty. `history` ends with the person's words; system messages are passed over.
  std::string Reply(const std::vector<ChatMessage>& history, std::string_view seed) const;

 private:
  const Script& script_;
};

}  // namespace nat
