#include <algorithm>

#include "api/handlers.h"
#include "api/responses.h"

namespace nat {
namespace {

// `up` may be asked, `paused` has asked us to wait, `recovering` is asked by one turn at a time,
// `down` is not asked for a while.
std::string_view WordFor(const ProviderHealth& health) {
  if (health.breaker == BreakerState::kOpen) return "down";
  if (health.breaker == BreakerState::kHalfOpen) return "recovering";
  return health.is_paused ? "paused" : "up";
}

// {"baseten": "up", ...}, by the names that `source.provider` shows.
json::object ProvidersJson(const std::vector<ProviderHealth>& providers) {
  json::object fields;
  for (const auto& provider : providers) fields[provider.source.provider] = WordFor(provider);
  return fields;
}

// One that is recovering is not known to be well until somebody has asked it.
bool IsUnwell(const ProviderHealth& health) {
  return health.breaker != BreakerState::kClosed;
}

}  // namespace

// Chat works without any provider, as the companion is there: one that is unwell makes it degraded.
Task<Result<Response>> GetHealth(ApiParts& parts, Exchange&) {
  auto store = co_await parts.check_store();
  const auto providers = parts.gateway.health();
  const bool is_well = store && std::none_of(providers.begin(), providers.end(), IsUnwell);
  json::object body;
  body["status"] = is_well ? "healthy" : "degraded";
  body["service"] = "backend";
  body["timestamp"] = FormatTime(parts.clock.Now());
  json::object checks;
  if (!store) checks["store"] = "down";
  if (!providers.empty()) checks["providers"] = ProvidersJson(providers);
  if (!checks.empty()) body["checks"] = std::move(checks);
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
