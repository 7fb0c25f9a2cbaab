#include "api/caller.h"

#include <string>

#include "vault/keyed_hash.h"

namespace nat {
namespace {

// Shorter ids can be guessed, and with them a stranger's conversation.
constexpr std::size_t kUnguessableBytes = 16;

}  // namespace

RateDecision CountRequest(ApiParts& parts, const Exchange& exchange, RateKind kind) {
  std::optional<std::string> person;
  if (exchange.caller.has_cookie) person = exchange.caller.person.text();
  const auto address = KeyedHash(parts.address_key, AddressToCount(exchange.client.address));
  return parts.rate_limiter.Check(kind, person, address);
}

Status AllowedBy(const RateDecision& decision) {
  if (decision.is_allowed) return Ok();
  Error error(ErrorCode::kRateLimited, "too many requests");
  error.retry_after = decision.until_next;
  return error;
}

Caller SenderOf(const ApiParts& parts, const Exchange& exchange, const SendRequest& send) {
  if (exchange.caller.has_cookie) return exchange.caller;
  const auto key = exchange.request.headers.Get("Idempotency-Key");
  std::string id(key.value_or(send.client_message_id.value_or("")));
  if (id.size() < kUnguessableBytes) return exchange.caller;
  if (!key) id += "\n" + AddressToCount(exchange.client.address);
  const auto hash = KeyedHash(parts.idempotency_key, id);
  return Caller{PersonId::FromBytes(std::string_view(hash).substr(0, kIdLength)), false};
}

}  // namespace nat
