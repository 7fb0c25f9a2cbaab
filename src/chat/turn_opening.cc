#include "chat/turn_opening.h"

#include <utility>

#include "base/limits.h"
#include "base/text.h"
#include "base/utf8.h"

namespace nat {
namespace {

constexpr std::size_t kMadeTitleCharactersMax = 60;

Error NoSuchMessage() {
  return Error(ErrorCode::kNotFound, "no such message in a conversation of the caller");
}

// A first title is the beginning of the first line; people can rename it.
std::string MakeTitle(std::string_view message) {
  const auto line = message.substr(0, message.find('\n'));
  const auto start = FirstCharacters(line, kMadeTitleCharactersMax);
  std::string title(TrimWhiteSpace(start));
  if (start.size() < line.size()) title += "…";
  return title;
}

}  // namespace

bool MayReach(const Caller& caller, const Conversation& conversation) {
  if (conversation.access == Access::kId) return true;
  return caller.has_cookie && caller.person == conversation.person;
}

Task<Result<TurnOpening>> TurnOpener::FindPlace(SendRequest request, std::string message) {
  TurnOpening opening;
  const auto now = clock_.Now();
  auto found = co_await FindConversation(request);
  if (!found) co_return found.error();
  if (found->has_value()) {
    opening.conversation = std::move(**found);
  } else {
    opening.is_new_conversation = true;
    opening.conversation.id = ConversationId::Make();
    opening.conversation.person = request.caller.person;
    opening.conversation.access = request.caller.has_cookie ? Access::kPerson : Access::kId;
    opening.conversation.title = MakeTitle(message);
  }
  opening.conversation.updated_at = now;
  opening.reply.id = MessageId::Make();
  opening.reply.turn = TurnId::Make();
  opening.reply.role = Role::kAssistant;
  opening.reply.status = TurnStatus::kRunning;
  opening.reply.created_at = now;
  co_return opening;
}

Task<Result<std::optional<Conversation>>> TurnOpener::FindConversation(SendRequest request) {
  const auto& message = request.edit_of         ? request.edit_of
                        : request.regenerate_of ? request.regenerate_of
                                                : request.continue_of;
  if (!request.conversation && !message) co_return std::optional<Conversation>();
  auto lookup =
      message ? conversations_.FindByMessage(*message) : conversations_.Find(*request.conversation);
  auto found = co_await std::move(lookup);
  if (!found) co_return found.error();
  if (!found->has_value() || !MayReach(request.caller, **found)) {
    co_return Error(ErrorCode::kNotFound, "no such conversation for the caller");
  }
  // A message grows the tree it stands in, and no other.
  if (request.conversation && *request.conversation != (*found)->id) co_return NoSuchMessage();
  co_return found;
}

Task<Result<TurnOpening>> TurnOpener::Open(TurnOpening opening, SendRequest request,
                                           std::string message, const PersonKey& key) {
  if (request.regenerate_of) {
    co_return co_await Regenerate(std::move(opening), *request.regenerate_of, key);
  }
  if (request.continue_of) {
    co_return co_await Continue(std::move(opening), *request.continue_of, key);
  }
  Message said;
  said.id = MessageId::Make();
  said.turn = opening.reply.turn;
  said.parent = opening.conversation.leaf;
  said.text = message;
  said.created_at = opening.reply.created_at;
  opening.words = std::move(message);
  opening.history_leaf = said.parent;
  opening.user_message_id = said.id;
  opening.reply.parent = said.id;
  opening.user_message = std::move(said);
  if (request.edit_of) co_return co_await Edit(std::move(opening), *request.edit_of, key);
  co_return opening;
}

Task<Result<TurnOpening>> TurnOpener::Edit(TurnOpening opening, MessageId message,
                                           const PersonKey& key) {
  auto found = co_await conversations_.FindMessage(message, key);
  if (!found) co_return found.error();
  if (!found->has_value() || (*found)->role != Role::kUser) co_return NoSuchMessage();
  opening.user_message->parent = (*found)->parent;
  opening.history_leaf = (*found)->parent;
  co_return opening;
}

Task<Result<TurnOpening>> TurnOpener::Regenerate(TurnOpening opening, MessageId reply,
                                                 const PersonKey& key) {
  auto ended = co_await FindEnded(reply, key);
  if (!ended) co_return ended.error();
  auto before = co_await conversations_.FindMessage(ended->parent, key);
  if (!before) co_return before.error();
  if (!before->has_value()) co_return NoSuchMessage();
  // A reply that carried on from another one is made anew as such.
  if ((*before)->role == Role::kAssistant) {
    co_return co_await Continue(std::move(opening), ended->parent, key);
  }
  opening.user_message_id = (*before)->id;
  opening.reply.parent = (*before)->id;
  opening.history_leaf = (*before)->parent;
  opening.words = std::move((*before)->text);
  co_return opening;
}

Task<Result<TurnOpening>> TurnOpener::Continue(TurnOpening opening, MessageId reply,
                                               const PersonKey& key) {
  auto ended = co_await FindEnded(reply, key);
  if (!ended) co_return ended.error();
  // One that broke off before its first word has nothing to carry on from: it is made anew.
  if (ended->text.empty()) co_return co_await Regenerate(std::move(opening), reply, key);
  auto turn = co_await turns_.Find(ended->turn);
  if (!turn) co_return turn.error();
  if (!turn->has_value()) co_return NoSuchMessage();
  opening.user_message_id = (*turn)->turn.user_message;
  opening.reply.parent = reply;
  opening.history_leaf = reply;
  opening.is_continuation = true;
  co_return opening;
}

Task<Result<Message>> TurnOpener::FindEnded(MessageId reply, const PersonKey& key) {
  auto found = co_await conversations_.FindMessage(reply, key);
  if (!found) co_return found.error();
  if (!found->has_value() || (*found)->role != Role::kAssistant) co_return NoSuchMessage();
  if ((*found)->status == TurnStatus::kRunning) {
    co_return Error(ErrorCode::kConflict, "the reply still runs",
                    "This reply is still being written. Stop it first, or wait for its end.");
  }
  co_return std::move(**found);
}

}  // namespace nat
