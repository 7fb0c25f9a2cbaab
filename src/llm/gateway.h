// The providers, seen as one that answers: it knows in which order they are asked, and how each of
// them is. How one turn makes its way through them is walk.h (DESIGN 4.2, step 5).
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "base/async.h"
#include "base/clock.h"
#include "base/log.h"
#include "base/metrics.h"
#include "llm/gateway_options.h"
#include "llm/provider.h"
#include "llm/retry.h"
#include "llm/upstream.h"
#include "llm/walk.h"

namespace nat {

// How a provider is, for health checks.
struct ProviderHealth {
  Source source;
  BreakerState breaker = BreakerState::kClosed;
  bool is_paused = false;  // it asked us to wait
  std::size_t running = 0;
  std::size_t waiting = 0;
};

class Gateway {
 public:
  struct Parts {
    Clock& clock;
    Metrics& metrics;
    Log& log;
    TaskGroup& tasks;
  };
  struct Entry {
    std::unique_ptr<Provider> provider;
    ProviderPolicy policy;
  };

  // At least one provider; the last one is the last resort, whatever its rank. The gateway outlives
  // the walks and streams that it gives.
  Gateway(Parts parts, std::vector<Entry> entries, GatewayOptions options);
  Gateway(const Gateway&) = delete;
  Gateway& operator=(const Gateway&) = delete;

  // `on_place` is told when the turn waits in a provider's queue, and may be empty.
  std::unique_ptr<Walk> Begin(ChatRequest request, ProviderQueue::OnPlace on_place);

  // How many estimated tokens a request may have for the provider that can read most; for the
  // others it is cut.
  std::size_t context_tokens() const;
  const Source& first_source() const { return upstreams_.front()->source(); }

  // A message will probably come soon: connections are made ready, at most every kPreparePause.
  void Prepare();

  // Of all but the last resort.
  std::vector<ProviderHealth> health() const;
  // To be called before metrics are rendered: states that time changes.
  void UpdateGauges();

 private:
  std::vector<Upstream*> Order();

  Parts parts_;
  GatewayOptions options_;
  RetryBudget retries_;
  std::vector<std::unique_ptr<Upstream>> upstreams_;  // by rank, the last resort last
  std::vector<double> credits_;  // of each: who of its equals is to begin (Order)
  SteadyTime prepared_at_ = SteadyTime::min();
};

}  // namespace nat
