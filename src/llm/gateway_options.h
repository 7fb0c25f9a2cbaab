// What an operator may decide about the gateway and about each provider behind it.
#pragma once

#include <chrono>
#include <cstddef>
#include <functional>

#include "base/limits.h"
#include "llm/circuit_breaker.h"
#include "llm/quota.h"

namespace nat {

// One provider, beside how it is asked.
struct ProviderPolicy {
  // Lower ranks are asked first; those of one rank are equals, and begin by turns, by weight.
  std::size_t rank = 0;
  std::size_t weight = 1;
  QuotaLimits quota;
  std::size_t context_tokens = 0;  // the model's window, reply included; 0: larger than is needed
  std::size_t reply_tokens_max = limits::kReplyTokensMax;  // of a reply, reasoning included
  double price_in = 0;                                     // of a million tokens
  double price_out = 0;
};

struct GatewayOptions {
  // From when a model may be asked to the first text that is shown, whoever answers; the last
  // resort comes then.
  std::chrono::nanoseconds first_text_budget = limits::kFirstTextBudget;
  std::chrono::nanoseconds first_token_timeout = limits::kFirstTokenTimeout;  // of one provider
  std::size_t attempts_max = limits::kAttemptsPerProviderMax;
  double retry_share = limits::kRetryShare;
  std::size_t queue_max = limits::kProviderQueueMax;
  std::chrono::nanoseconds queue_timeout = limits::kProviderQueueTimeout;
  // After this percentile of the usual time to the first token a second provider is asked as well;
  // 0: never.
  double hedge_percentile = 0;
  CircuitBreaker::Options breaker;
  // 0 to 1, each time another; unset: the system's.
  std::function<double()> chance;
};

}  // namespace nat
