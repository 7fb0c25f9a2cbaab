// One upstream that can continue a conversation. Implementations: OpenaiProvider (any
// OpenAI-compatible API), AnthropicProvider, and CompanionProvider (built in, needs no network).
// The Gateway makes one out of several.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/async.h"
#include "base/error.h"
#include "base/limits.h"

namespace nat {

enum class Role { kSystem, kUser, kAssistant };

struct ChatMessage {
  Role role = Role::kUser;
  std::string text;
};

// Whether a scripted reply is spread over time like speech (streams) or given at once (plain JSON
// answers).
enum class Pace { kAtOnce, kHuman };

struct ChatRequest {
  std::vector<ChatMessage>
      messages;  // the system message first, then the history, the person's words last
  std::size_t reply_tokens_max = limits::kReplyTokensMax;
  // Unset: what the provider is configured with.
  std::optional<double> temperature;
  // Asks a model that reasons for as little of it as it can do: an earlier answer held nothing
  // else.
  bool reasons_less = false;
  Pace pace = Pace::kHuman;
  // Names the conversation and turn for what must be deterministic (the companion's choices). Never
  // sent upstream.
  std::string seed;
};

// What answered: the configured name of the provider and its model, as `source` of the wire
// contract.
struct Source {
  std::string provider;
  std::string model;
};

// What an upstream counted for one request, in tokens of its own. Reasoning counts as said.
struct Usage {
  std::size_t tokens_in = 0;
  std::size_t tokens_out = 0;
};

// Visible text only, as the upstream sends it: non-empty fragments that may end inside a UTF-8
// character. Reasoning never appears here. Pulled; dropping the stream cancels the upstream
// request.
class TokenStream {
 public:
  virtual ~TokenStream() = default;
  // The next token, nothing at the regular end, or an error: kFirstTokenTimeout before the first
  // one, kTokenTimeout after it, kEmptyReply (a regular end without visible text), kUpstream
  // (broken, refused or nonsense), kUnavailable (overloaded), kRateLimited, kCancelled. After an
  // end or an error it is not called again.
  virtual Task<Result<std::optional<std::string>>> Next() = 0;
  // What the upstream counted, once the stream has ended; nothing where it did not say.
  virtual std::optional<Usage> usage() const { return std::nullopt; }
};

class Provider {
 public:
  virtual ~Provider() = default;
  virtual const Source& source() const = 0;
  // Sends the request and returns once the upstream has begun to answer. `request` is a copy of its
  // own.
  virtual Task<Result<std::unique_ptr<TokenStream>>> Open(ChatRequest request) = 0;
  // Gets ready for a request that will probably come soon, such as by connecting. What fails here
  // is found out by Open.
  virtual Task<void> Prepare() { co_return; }
};

}  // namespace nat
