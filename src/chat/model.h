// The values of the product: conversations, messages, turns. Plain structs; the words are those of
// the wire contract.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.h"
#include "base/id.h"
#include "llm/provider.h"
#include "llm/reply_usage.h"

namespace nat {

// The `provider` of reviewed safety text, which no model wrote.
inline constexpr std::string_view kProtocolProvider = "protocol";

enum class TurnStatus { kRunning, kCompleted, kStopped, kInterrupted, kFailed };

std::string_view WordOf(TurnStatus status);
// Stored words only; another word is a bug and ends the program.
TurnStatus TurnStatusFromWord(std::string_view word);

std::string_view WordOf(Role role);
Role RoleFromWord(std::string_view word);

// Who reaches a conversation: only the person it belongs to, or whoever knows its id (begun without
// a cookie).
enum class Access { kPerson, kId };

struct Conversation {
  ConversationId id;
  PersonId person;
  Access access = Access::kPerson;
  std::string title;
  MessageId leaf;  // the last message of the active path
  Time updated_at;
};

struct Message {
  MessageId id;
  MessageId parent;  // empty for a first message
  TurnId turn;
  Role role = Role::kUser;
  std::optional<TurnStatus> status;  // of replies
  std::string client_message_id;     // of what a person said; empty where it was sent without
  std::string text;
  Source source;  // of replies
  Time created_at;
  std::vector<MessageId> siblings;  // itself among them, oldest first
};

// A turn as anyone may ask for it: while it runs and after.
struct Turn {
  TurnId id;
  ConversationId conversation;
  PersonId person;  // whose key seals it
  MessageId user_message;
  MessageId reply_message;
  TurnStatus status = TurnStatus::kRunning;
  std::string text;  // of the reply so far
  std::uint64_t last_event = 0;
  Source source;
  std::string problem;              // a word of the error table when it failed or was interrupted
  std::optional<ReplyUsage> usage;  // once a model has answered
  Time created_at;
};

// One numbered event of a reply, ready for the wire: the payload is JSON (DESIGN 3.3).
struct ReplyEvent {
  std::uint64_t number = 0;
  std::string name;
  std::string payload;
};

// Who asks. A caller without a recognised cookie gets a fresh person, and reaches only what is open
// by id.
struct Caller {
  PersonId person;
  bool has_cookie = false;
};

}  // namespace nat
