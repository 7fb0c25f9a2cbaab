// One request on its way through api/, and what handlers may use to answer it.
#pragma once

#include <chrono>
#include <map>
#include <string>
#include <string_view>

#include "api/client_address.h"
#include "api/origin.h"
#include "base/log.h"
#include "base/metrics.h"
#include "chat/chat_service.h"
#include "chat/conversation_service.h"
#include "llm/gateway.h"
#include "net/http.h"
#include "net/static_files.h"
#include "safety/help_lines.h"
#include "shared/rate_limiter.h"
#include "vault/master_key.h"

namespace nat {

// Everything outlives the requests; app/ owns it.
struct ApiParts {
  Clock& clock;
  Log& log;
  Metrics& metrics;
  TaskGroup& tasks;
  Gateway& gateway;  // for health, and to make it ready while a person types
  ChatService& chat;
  ConversationService& conversations;
  RateLimiter& rate_limiter;
  StaticFiles& files;
  const HelpLines& help_lines;
  PurposeKey cookie_key;
  PurposeKey idempotency_key;  // makes one person out of one unguessable Idempotency-Key
  PurposeKey address_key;      // hashes addresses before they are kept as rate limit keys
  TrustedProxies trusted_proxies;
  AllowedOrigins allowed_origins;
  bool shows_usage = false;  // whether a turn also says what it took
  // Whether the store answers; asked by the health checks.
  std::function<Task<Status>()> check_store;
};

struct Exchange {
  Request request;
  RequestId id;
  ClientAddress client;
  Caller caller;
  std::map<std::string, std::string, std::less<>> path;  // "{id}" of the route's pattern
  std::string_view route;                                // the pattern, for logs and metrics
};

// A handler is a coroutine; the exchange and the parts outlive it. Its error becomes problem+json.
using Handler = Task<Result<Response>> (*)(ApiParts& parts, Exchange& exchange);

}  // namespace nat
