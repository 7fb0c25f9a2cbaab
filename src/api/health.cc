#include "api/handlers.h"
#include "api/responses.h"

namespace nat {

Task<Result<Response>> GetHealth(ApiParts& parts, Exchange&) {
  auto store = co_await parts.check_store();
  json::object body;
  body["status"] = store ? "healthy" : "degraded";
  body["service"] = "backend";
  body["timestamp"] = FormatTime(parts.clock.Now());
  if (!store) body["checks"].emplace_object()["store"] = "down";
  co_return JsonResponse(200, body);
}

Task<Result<Response>> GetHealthLive(ApiParts& parts, Exchange&) {
  json::object body;
  body["status"] = "live";
  body["timestamp"] = FormatTime(parts.clock.Now());
  co_return JsonResponse(200, body);
}

Task<Result<Response>> GetHealthReady(ApiParts& parts, Exchange&) {
  if (parts.chat.is_draining()) co_return Error(ErrorCode::kUnavailable, "shutting down");
  auto store = co_await parts.check_store();
  if (!store) co_return store.error();
  json::object body;
  body["status"] = "ready";
  body["timestamp"] = FormatTime(parts.clock.Now());
  co_return JsonResponse(200, body);
}

}  // namespace nat
