#include <charconv>

#include "api/caller.h"
#include "api/dto.h"
#include "api/event_body.h"
#include "api/handlers.h"
#include "api/responses.h"

namespace nat {
namespace {

constexpr int kAccepted = 202;
constexpr int kNoContent = 204;

// Last-Event-ID, else `after`; 0 where there is neither.
Result<std::uint64_t> ReadAfter(const Request& request) {
  auto text = QueryValue(request.query, "after");
  if (auto header = request.headers.Get("Last-Event-ID")) text = std::string(*header);
  if (!text || text->empty()) return std::uint64_t{0};
  std::uint64_t after = 0;
  const auto end = text->data() + text->size();
  const auto parsed = std::from_chars(text->data(), end, after);
  if (parsed.ec != std::errc() || parsed.ptr != end) {
    return Error(ErrorCode::kInvalidInput, "an event number that is none",
                 "\"Last-Event-ID\" and \"after\" must be the number of an event.");
  }
  return after;
}

}  // namespace

Task<Result<Response>> PostTurn(ApiParts& parts, Exchange& exchange) {
  auto send = ReadTurnBody(exchange.request);
  if (!send) co_return send.error();
  send->caller = SenderOf(parts, exchange, *send);
  auto turn = co_await parts.chat.Send(std::move(*send));
  if (!turn) co_return turn.error();
  co_return JsonResponse(kAccepted, TurnJson(*turn));
}

Task<Result<Response>> GetTurn(ApiParts& parts, Exchange& exchange) {
  auto id = ReadId<TurnId>(exchange.path["id"]);
  if (!id) co_return id.error();
  auto turn = co_await parts.chat.FindTurn(exchange.caller, *id);
  if (!turn) co_return turn.error();
  auto body = TurnJson(*turn);
  if (parts.shows_usage && turn->usage) body["usage"] = UsageJson(*turn->usage);
  co_return JsonResponse(200, body);
}

Task<Result<Response>> GetTurnEvents(ApiParts& parts, Exchange& exchange) {
  auto id = ReadId<TurnId>(exchange.path["id"]);
  if (!id) co_return id.error();
  auto after = ReadAfter(exchange.request);
  if (!after) co_return after.error();
  auto turn = co_await parts.chat.FindTurn(exchange.caller, *id);
  if (!turn) co_return turn.error();
  // An EventSource reconnects for ever unless it is told that there is nothing left.
  const bool has_all = turn->status != TurnStatus::kRunning && *after >= turn->last_event;
  if (has_all) co_return EmptyResponse(kNoContent);
  auto reader = co_await parts.chat.Follow(exchange.caller, *id, *after);
  if (!reader) co_return reader.error();
  co_return EventResponse(std::move(*reader));
}

Task<Result<Response>> DeleteTurn(ApiParts& parts, Exchange& exchange) {
  auto id = ReadId<TurnId>(exchange.path["id"]);
  if (!id) co_return id.error();
  auto turn = co_await parts.chat.Stop(exchange.caller, *id);
  if (!turn) co_return turn.error();
  co_return JsonResponse(200, TurnJson(*turn));
}

}  // namespace nat
