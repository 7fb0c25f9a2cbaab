// Who asks: what is counted against them, and which person a message of theirs belongs to.
#pragma once

#include "api/exchange.h"

namespace nat {

// Counts one request of this kind against the person and the address that make it.
RateDecision CountRequest(ApiParts& parts, const Exchange& exchange, RateKind kind);
// kRateLimited, with how long to wait, where the decision says no.
Status AllowedBy(const RateDecision& decision);

// Who a message comes from. Without a cookie there is no person yet, and an id that cannot be
// guessed stands for one, so that a repeat is the same turn again: an Idempotency-Key of 16
// characters alone, a client_message_id of 16 characters together with the address (ids made by
// counting must not meet those of strangers). The cookie of the answer is of someone else, so the
// id opens nothing further (docs/adr/0003).
Caller SenderOf(const ApiParts& parts, const Exchange& exchange, const SendRequest& send);

}  // namespace nat
