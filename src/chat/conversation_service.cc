#include "chat/conversation_service.h"

#include <utility>

#include "base/limits.h"
#include "base/text.h"
#include "base/utf8.h"

namespace nat {
namespace {

Result<std::string> CheckTitle(const std::string& title) {
  if (!IsValidUtf8(title)) {
    return Error(ErrorCode::kInvalidInput, "a title that is not UTF-8",
                 "The field \"title\" must be valid UTF-8.");
  }
  auto clean = NormalizeNfc(RemoveInvisible(UnifyLineEnds(title)));
  for (char& character : clean) {
    if (character == '\n' || character == '\t') character = ' ';
  }
  std::string trimmed(TrimWhiteSpace(clean));
  if (trimmed.empty() || CountCharacters(trimmed) > limits::kTitleCharactersMax) {
    return Error(ErrorCode::kInvalidInput, "a title that is empty or too long",
                 "The field \"title\" must have 1 to 120 characters.");
  }
  return trimmed;
}

}  // namespace

Task<Result<ConversationPage>> ConversationService::List(Caller caller, std::string cursor,
                                                         std::size_t limit) {
  if (!caller.has_cookie) co_return ConversationPage();
  auto key = co_await keys_.ForReading(caller.person);
  if (!key && key.error().code == ErrorCode::kNotFound) co_return ConversationPage();
  if (!key) co_return key.error();
  co_return co_await conversations_.List(caller.person, std::move(cursor), limit, **key);
}

Task<Result<Conversation>> ConversationService::Find(Caller caller, ConversationId conversation) {
  auto found = co_await FindReachable(caller, conversation);
  if (!found) co_return found.error();
  auto key = co_await keys_.ForReading(found->person);
  if (!key) co_return key.error();
  auto title = co_await conversations_.Title(conversation, **key);
  if (!title) co_return title.error();
  found->title = std::move(*title);
  co_return found;
}

Task<Status> ConversationService::Rename(Caller caller, ConversationId conversation,
                                         std::string title) {
  auto checked = CheckTitle(title);
  if (!checked) co_return checked.error();
  auto found = co_await FindReachable(caller, conversation);
  if (!found) co_return found.error();
  auto key = co_await keys_.ForReading(found->person);
  if (!key) co_return key.error();
  co_return co_await conversations_.SetTitle(conversation, *checked, **key);
}

Task<Status> ConversationService::ChoosePath(Caller caller, ConversationId conversation,
                                             MessageId through) {
  auto found = co_await FindReachable(caller, conversation);
  if (!found) co_return found.error();
  auto leaf = co_await conversations_.LeafBelow(conversation, std::move(through));
  if (!leaf) co_return leaf.error();
  co_return co_await conversations_.SetLeaf(conversation, found->leaf, *leaf);
}

Task<Status> ConversationService::Remove(Caller caller, ConversationId conversation) {
  auto found = co_await FindReachable(caller, conversation);
  if (!found) co_return found.error();
  co_await chat_.StopAllOf(conversation);
  auto removed = co_await conversations_.Remove(conversation);
  if (!removed) co_return removed.error();
  // What was sent meanwhile is gone with it, and no model is to be asked about it.
  co_await chat_.StopAllOf(conversation);
  co_return Ok();
}

Task<Result<MessagePage>> ConversationService::Messages(Caller caller, ConversationId conversation,
                                                        PageRequest request) {
  auto found = co_await FindReachable(caller, conversation);
  if (!found) co_return found.error();
  auto key = co_await keys_.ForReading(found->person);
  if (!key) co_return key.error();
  auto leaf = found->leaf;
  if (request.path) {
    auto below = co_await conversations_.LeafBelow(conversation, *request.path);
    if (!below) co_return below.error();
    leaf = *below;
  }
  if (request.cursor) leaf = *request.cursor;
  auto page = co_await conversations_.Path(conversation, leaf, request.limit, **key);
  if (!page) co_return page.error();
  // What of a running reply was shown is in memory, and in the store only at its end.
  for (auto& message : page->messages) {
    if (message.status != TurnStatus::kRunning) continue;
    auto turn = co_await chat_.FindTurn(caller, message.turn);
    // Removed meanwhile. What cannot be read for another reason is not shown as nothing.
    if (!turn && turn.error().code == ErrorCode::kNotFound) continue;
    if (!turn) co_return turn.error();
    message.text = std::move(turn->text);
    message.status = turn->status;
    message.source = std::move(turn->source);
  }
  co_return page;
}

Task<Result<Conversation>> ConversationService::FindReachable(Caller caller,
                                                              ConversationId conversation) {
  auto found = co_await conversations_.Find(conversation);
  if (!found) co_return found.error();
  if (!found->has_value() || !MayReach(caller, **found)) {
    co_return Error(ErrorCode::kNotFound, "no such conversation for the caller");
  }
  co_return std::move(**found);
}

}  // namespace nat
