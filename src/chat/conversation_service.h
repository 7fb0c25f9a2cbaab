// Looking at conversations and keeping them in order: lists, pages, titles, removal. What a caller
// may not reach is kNotFound.
#pragma once

#include <optional>
#include <string>

#include "chat/chat_service.h"

namespace nat {

class ConversationService {
 public:
  ConversationService(ConversationStore& conversations, KeyRing& keys, ChatService& chat)
      : conversations_(conversations), keys_(keys), chat_(chat) {}

  // Newest first. Empty for a caller who has stored nothing.
  Task<Result<ConversationPage>> List(Caller caller, std::string cursor, std::size_t limit);
  Task<Result<Conversation>> Find(Caller caller, ConversationId conversation);
  Task<Status> Rename(Caller caller, ConversationId conversation, std::string title);
  // Makes the newest path through the message the active one: what is said next stands at its end.
  Task<Status> ChoosePath(Caller caller, ConversationId conversation, MessageId through);
  // Ends what runs in it and removes it with all its messages.
  Task<Status> Remove(Caller caller, ConversationId conversation);

  // The newest `limit` messages of the active path, or those that end in `cursor` (the `older` of
  // an earlier page), or the path through the message `path`.
  struct PageRequest {
    std::optional<MessageId> cursor;
    std::optional<MessageId> path;
    std::size_t limit = 0;
  };
  Task<Result<MessagePage>> Messages(Caller caller, ConversationId conversation,
                                     PageRequest request);

 private:
  Task<Result<Conversation>> FindReachable(Caller caller, ConversationId conversation);

  ConversationStore& conversations_;
  KeyRing& keys_;
  ChatService& chat_;
};

}  // namespace nat
