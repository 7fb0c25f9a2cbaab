// The statements of conversations and their messages. Texts are sealed and opened here; the rows
// hold no plain text.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "chat/model.h"
#include "db/database.h"
#include "vault/person_key.h"

namespace nat {

// A page of the active path, in reading order. `older` names where the page before it begins, if
// there is one.
struct MessagePage {
  std::vector<Message> messages;
  MessageId older;
};

// A page of a person's conversations, newest first. `next` is an opaque cursor, empty at the end.
struct ConversationPage {
  std::vector<Conversation> conversations;
  std::string next;
};

class ConversationStore {
 public:
  explicit ConversationStore(Database& database) : database_(database) {}

  // Without its title, which needs a key: see Title.
  Task<Result<std::optional<Conversation>>> Find(ConversationId conversation);
  Task<Result<std::string>> Title(ConversationId conversation, const PersonKey& key);

  // `cursor` is empty for the first page, else a `next`; kInvalidInput for anything else.
  Task<Result<ConversationPage>> List(PersonId person, std::string cursor, std::size_t limit,
                                      const PersonKey& key);

  // The path that ends in `leaf`, its last `limit` messages.
  Task<Result<MessagePage>> Path(ConversationId conversation, MessageId leaf, std::size_t limit,
                                 const PersonKey& key);
  // The same without siblings, for whom only the words matter: half of the work.
  Task<Result<std::vector<Message>>> History(ConversationId conversation, MessageId leaf,
                                             std::size_t limit, const PersonKey& key);

  // The conversation that a message stands in.
  Task<Result<std::optional<Conversation>>> FindByMessage(MessageId message);
  Task<Result<std::optional<Message>>> FindMessage(MessageId message, const PersonKey& key);
  // The newest leaf below `message`, itself where nothing follows: the end of a sibling's path.
  Task<Result<MessageId>> LeafBelow(ConversationId conversation, MessageId message);

  static Statement Insert(const Conversation& conversation, const PersonKey& key);
  static Statement InsertMessage(const ConversationId& conversation, const Message& message,
                                 const PersonKey& key);
  // Moves the end of the active path. Fails with kConflict if it has moved from `from` meanwhile.
  static Statement MoveLeaf(const ConversationId& conversation, const MessageId& from,
                            const MessageId& to, Time now);

  // Moves the end of the active path, without anything new being said. kConflict as above.
  Task<Status> SetLeaf(ConversationId conversation, MessageId from, MessageId to);
  Task<Status> SetTitle(ConversationId conversation, std::string title, const PersonKey& key);
  // Removes it with its messages and turns.
  Task<Status> Remove(ConversationId conversation);

 private:
  Task<Result<std::optional<Conversation>>> FindOne(Statement select);
  Task<Status> FillSiblings(ConversationId conversation, std::vector<Message>& messages);

  Database& database_;
};

}  // namespace nat
