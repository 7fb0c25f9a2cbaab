// What a person asked for, worked out against the conversation as it is: which messages are new,
// where they stand in the tree, and what the model will be told. Nothing is written here.
#pragma once

#include <optional>
#include <string>

#include "chat/conversation_store.h"
#include "chat/model.h"
#include "chat/turn_store.h"

namespace nat {

struct SendRequest {
  Caller caller;
  std::optional<ConversationId> conversation;
  std::string message;  // as it was sent; empty for regenerate_of and continue_of
  std::optional<std::string> client_message_id;
  std::optional<MessageId> edit_of;        // a message of the person, said anew
  std::optional<MessageId> regenerate_of;  // a reply, made anew
  std::optional<MessageId> continue_of;    // a reply that broke off, carried on
  Pace pace = Pace::kHuman;
};

struct TurnOpening {
  Conversation conversation;
  bool is_new_conversation = false;
  std::optional<Message> user_message;  // where the person said something new
  Message reply;
  MessageId user_message_id;
  MessageId history_leaf;
  std::string words;
  bool is_continuation = false;
};

class TurnOpener {
 public:
  TurnOpener(ConversationStore& conversations, TurnStore& turns, Clock& clock)
      : conversations_(conversations), turns_(turns), clock_(clock) {}

  // The conversation that the request speaks of; a new one where it names none. kNotFound where
  // there is none or the caller may not reach it.
  Task<Result<TurnOpening>> FindPlace(SendRequest request, std::string message);
  // Fills in the rest. `key` is that of the conversation's person.
  Task<Result<TurnOpening>> Open(TurnOpening opening, SendRequest request, std::string message,
                                 const PersonKey& key);

 private:
  Task<Result<std::optional<Conversation>>> FindConversation(SendRequest request);
  Task<Result<TurnOpening>> Edit(TurnOpening opening, MessageId message, const PersonKey& key);
  Task<Result<TurnOpening>> Regenerate(TurnOpening opening, MessageId reply, const PersonKey& key);
  Task<Result<TurnOpening>> Continue(TurnOpening opening, MessageId reply, const PersonKey& key);
  Task<Result<Message>> FindEnded(MessageId reply, const PersonKey& key);

  ConversationStore& conversations_;
  TurnStore& turns_;
  Clock& clock_;
};

// Whether the caller may reach it: its own, or one that is open to whoever knows its id.
bool MayReach(const Caller& caller, const Conversation& conversation);

}  // namespace nat
