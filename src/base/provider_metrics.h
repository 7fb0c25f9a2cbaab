// What operators count about one provider: made once for each, so that counting looks nothing up.
#pragma once

#include <prometheus/counter.h>
#include <prometheus/gauge.h>
#include <prometheus/histogram.h>

#include <string>
#include <string_view>

#include "base/metrics.h"

namespace nat {

class ProviderMetrics {
 public:
  // `provider` is the name in the configuration. `metrics` outlives this.
  ProviderMetrics(Metrics& metrics, std::string provider);
  ProviderMetrics(const ProviderMetrics&) = delete;
  ProviderMetrics& operator=(const ProviderMetrics&) = delete;

  void CountFailure(std::string_view error_word);

 private:
  Metrics& metrics_;
  std::string provider_;

 public:
  prometheus::Counter& attempts;  // requests sent, retries and hedges among them
  prometheus::Counter& retries;
  prometheus::Counter& hedges;      // second requests beside one that is slow
  prometheus::Counter& hedges_won;  // those of them that were faster
  prometheus::Counter& breaks;      // of streams whose text was shown
  prometheus::Counter& tokens_in;
  prometheus::Counter& tokens_out;
  prometheus::Counter& cost;  // in the currency of the configured prices
  prometheus::Counter& breaker_openings;
  prometheus::Gauge& breaker_state;  // 0 closed, 1 half-open, 2 open
  prometheus::Gauge& running;
  prometheus::Gauge& waiting;
  prometheus::Histogram& first_token_seconds;
  prometheus::Histogram& tokens_per_second;
};

}  // namespace nat
