// A provider with all that the gateway knows about it: breaker, quota and queue, times, counts.
#pragma once

#include <chrono>
#include <memory>
#include <optional>

#include "base/clock.h"
#include "base/log.h"
#include "base/provider_metrics.h"
#include "llm/circuit_breaker.h"
#include "llm/gateway_options.h"
#include "llm/provider.h"
#include "llm/provider_queue.h"
#include "llm/request_size.h"
#include "llm/response_times.h"

namespace nat {

class Upstream {
 public:
  Upstream(Clock& clock, Metrics& metrics, Log& log, std::unique_ptr<Provider> provider,
           ProviderPolicy policy, const GatewayOptions& options);
  Upstream(const Upstream&) = delete;
  Upstream& operator=(const Upstream&) = delete;

  Provider& provider() { return *provider_; }
  const Source& source() const { return provider_->source(); }
  const ProviderPolicy& policy() const { return policy_; }
  ProviderQueue& queue() { return queue_; }
  const ProviderQueue& queue() const { return queue_; }
  ProviderMetrics& metrics() { return metrics_; }
  const ResponseTimes& first_token_times() const { return first_token_times_; }

  BreakerState breaker_state() const { return breaker_.StateAt(clock_.SteadyNow()); }
  std::optional<CircuitBreaker::Pass> Admit() { return breaker_.Admit(clock_.SteadyNow()); }
  void Withdraw(const CircuitBreaker::Pass& pass) { breaker_.Withdraw(pass); }
  // Its first visible text came after `took`.
  void NoteOpened(const CircuitBreaker::Pass& pass, std::chrono::nanoseconds took);
  // Before its first text or after.
  void NoteFailure(const CircuitBreaker::Pass& pass, const Error& error);
  // What a whole reply took; `estimated_in` is what its request was estimated at.
  void NoteUsage(const Usage& usage, std::size_t estimated_in);

  // What it counts, in and out, for a request of so many estimated tokens.
  std::size_t ExpectedTokens(std::size_t estimated_in) const;
  // How many estimated tokens a request to it may have.
  std::size_t context_tokens() const;
  // In billionths of the currency of the prices.
  std::int64_t CostOf(const Usage& usage) const;

  void UpdateGauges();

 private:
  void Pause(const Error& error);

  Clock& clock_;
  Log& log_;
  std::unique_ptr<Provider> provider_;
  ProviderPolicy policy_;
  std::function<double()> chance_;
  ProviderMetrics metrics_;
  CircuitBreaker breaker_;
  ProviderQueue queue_;
  ResponseTimes first_token_times_;
  TokenScale scale_;
  double usual_tokens_out_;
  std::size_t refusals_in_a_row_ = 0;  // for too much, without saying for how long
};

}  // namespace nat
