// POST /chat, the first surface: it never changes (DESIGN 3.1).
#include <utility>

#include "api/caller.h"
#include "api/dto.h"
#include "api/event_body.h"
#include "api/handlers.h"
#include "api/responses.h"
#include "chat/reply_events.h"

namespace nat {
namespace {

// What a plain answer gathers from the events of a reply.
struct Gathered {
  json::array notices;
};

Task<Gathered> ReadToEnd(ReplyReader& reader) {
  Gathered gathered;
  for (;;) {
    auto read = co_await reader.Next();
    for (const auto& event : read.events) {
      if (event.name != kNoticeEvent) continue;
      auto notice = ParseJsonObject(event.payload, "our own notice");
      // Who hears of the place in a queue only with the answer has waited already.
      if (!notice) continue;
      const auto* kind = notice->if_contains("kind");
      const bool is_over = kind != nullptr && *kind == "queued";
      if (!is_over) gathered.notices.emplace_back(std::move(*notice));
    }
    if (read.is_end) co_return gathered;
  }
}

// A failed turn has no reply to give: the problem says so, and where the message is kept.
Response FailedTurn(const Turn& turn) {
  auto response = ProblemResponse(Error(ErrorCodeFromWord(turn.problem), "the turn failed"));
  auto body = ParseJsonObject(response.body, "our own problem");
  NAT_CHECK(body.has_value());
  (*body)["turn_id"] = turn.id.text();
  (*body)["conversation_id"] = turn.conversation.text();
  response.body = ToJson(*body);
  return response;
}

}  // namespace

Task<Result<Response>> PostChat(ApiParts& parts, Exchange& exchange) {
  auto body = ReadChatBody(exchange.request);
  if (!body) co_return body.error();
  body->send.caller = SenderOf(parts, exchange, body->send);
  body->send.pace = body->is_stream_asked ? Pace::kHuman : Pace::kAtOnce;
  auto sent = co_await parts.chat.Send(std::move(body->send));
  if (!sent) co_return sent.error();
  auto reader = co_await parts.chat.Follow(exchange.caller, sent->id, 0);
  if (!reader) co_return reader.error();
  if (body->is_stream_asked) co_return EventResponse(std::move(*reader));

  auto gathered = co_await ReadToEnd(**reader);
  auto turn = co_await parts.chat.FindTurn(exchange.caller, sent->id);
  if (!turn) co_return turn.error();
  if (turn->status == TurnStatus::kFailed) co_return FailedTurn(*turn);
  json::object answer;
  answer["response"] = turn->text;
  answer["conversation_id"] = turn->conversation.text();
  answer["timestamp"] = FormatTime(parts.clock.Now());
  answer["turn_id"] = turn->id.text();
  answer["message_id"] = turn->reply_message.text();
  answer["status"] = WordOf(turn->status);
  answer["source"] = SourceJson(turn->source);
  if (!gathered.notices.empty()) answer["notices"] = std::move(gathered.notices);
  co_return JsonResponse(200, answer);
}

}  // namespace nat
