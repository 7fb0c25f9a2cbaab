// What the model is told: persona, what may be remembered, the history that fits, the person's
// words. Pure.
#pragma once

#include <string>
#include <vector>

#include "chat/model.h"
#include "llm/provider.h"

namespace nat {

struct ContextParts {
  std::string persona;           // the system message
  std::vector<Message> history;  // the active path before the person's words, in reading order
  std::string words;             // what the person says, as the stages left it
  bool is_continuation =
      false;  // the last history message is a reply to carry on from; `words` is empty
};

// A request whose estimated tokens stay within `tokens_max`: persona and words always, then as much
// of the newest history as fits. Replies without text are left out.
ChatRequest AssembleContext(const ContextParts& parts, std::size_t tokens_max);

}  // namespace nat
