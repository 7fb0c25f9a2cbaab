#include "api/dto.h"
#include "api/handlers.h"
#include "api/responses.h"

namespace nat {

Task<Result<Response>> GetConversations(ApiParts& parts, Exchange& exchange) {
  auto limit = ReadPageLimit(exchange.request);
  if (!limit) co_return limit.error();
  auto cursor = QueryValue(exchange.request.query, "cursor").value_or("");
  auto page = co_await parts.conversations.List(exchange.caller, std::move(cursor), *limit);
  if (!page) co_return page.error();
  co_return JsonResponse(200, ConversationPageJson(*page));
}

Task<Result<Response>> GetConversation(ApiParts& parts, Exchange& exchange) {
  auto id = ReadId<ConversationId>(exchange.path["id"]);
  if (!id) co_return id.error();
  auto found = co_await parts.conversations.Find(exchange.caller, *id);
  if (!found) co_return found.error();
  co_return JsonResponse(200, ConversationJson(*found));
}

Task<Result<Response>> PatchConversation(ApiParts& parts, Exchange& exchange) {
  auto id = ReadId<ConversationId>(exchange.path["id"]);
  if (!id) co_return id.error();
  auto patch = ReadConversationPatch(exchange.request);
  if (!patch) co_return patch.error();
  if (patch->path) {
    auto chosen = co_await parts.conversations.ChoosePath(exchange.caller, *id, *patch->path);
    if (!chosen) co_return chosen.error();
  }
  if (patch->title) {
    auto renamed = co_await parts.conversations.Rename(exchange.caller, *id, *patch->title);
    if (!renamed) co_return renamed.error();
  }
  auto found = co_await parts.conversations.Find(exchange.caller, *id);
  if (!found) co_return found.error();
  co_return JsonResponse(200, ConversationJson(*found));
}

Task<Result<Response>> DeleteConversation(ApiParts& parts, Exchange& exchange) {
  auto id = ReadId<ConversationId>(exchange.path["id"]);
  if (!id) co_return id.error();
  auto removed = co_await parts.conversations.Remove(exchange.caller, *id);
  if (!removed) co_return removed.error();
  co_return EmptyResponse(204);
}

Task<Result<Response>> GetMessages(ApiParts& parts, Exchange& exchange) {
  auto id = ReadId<ConversationId>(exchange.path["id"]);
  if (!id) co_return id.error();
  ConversationService::PageRequest page_request;
  auto limit = ReadPageLimit(exchange.request);
  if (!limit) co_return limit.error();
  page_request.limit = *limit;
  if (auto cursor = QueryValue(exchange.request.query, "cursor")) {
    auto from = ReadId<MessageId>(*cursor);
    if (!from) co_return from.error();
    page_request.cursor = *from;
  }
  if (auto path = QueryValue(exchange.request.query, "path")) {
    auto through = ReadId<MessageId>(*path);
    if (!through) co_return through.error();
    page_request.path = *through;
  }
  auto page = co_await parts.conversations.Messages(exchange.caller, *id, std::move(page_request));
  if (!page) co_return page.error();
  co_return JsonResponse(200, MessagePageJson(*page));
}

}  // namespace nat
