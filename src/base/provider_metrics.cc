#include "base/provider_metrics.h"

#include <prometheus/registry.h>

#include <utility>

namespace nat {
namespace {

const prometheus::Histogram::BucketBoundaries kFirstTokenSeconds = {
    0.05, 0.1, 0.2, 0.3, 0.5, 0.75, 1, 1.5, 2, 3, 5, 8, 12, 20};
const prometheus::Histogram::BucketBoundaries kTokensPerSecond = {1,  2,   5,   10,  20,  40,
                                                                  80, 160, 320, 640, 1280};

// A family of this name is made once, and found again by the next provider.
prometheus::Counter& AddCounter(Metrics& metrics, const std::string& name, const std::string& help,
                                const prometheus::Labels& labels) {
  return prometheus::BuildCounter()
      .Name("notatherapist_provider_" + name)
      .Help(help)
      .Register(metrics.registry())
      .Add(labels);
}

prometheus::Gauge& AddGauge(Metrics& metrics, const std::string& name, const std::string& help,
                            const std::string& provider) {
  return prometheus::BuildGauge()
      .Name("notatherapist_provider_" + name)
      .Help(help)
      .Register(metrics.registry())
      .Add({{"provider", provider}});
}

prometheus::Histogram& AddHistogram(Metrics& metrics, const std::string& name,
                                    const std::string& help, const std::string& provider,
                                    const prometheus::Histogram::BucketBoundaries& buckets) {
  return prometheus::BuildHistogram()
      .Name("notatherapist_provider_" + name)
      .Help(help)
      .Register(metrics.registry())
      .Add({{"provider", provider}}, buckets);
}

}  // namespace

ProviderMetrics::ProviderMetrics(Metrics& metrics, std::string provider)
    : metrics_(metrics),
      provider_(std::move(provider)),
      attempts(AddCounter(metrics, "attempts_total",
                          "Requests sent, retries and second requests among them.",
                          {{"provider", provider_}})),
      retries(AddCounter(metrics, "retries_total", "Requests sent again to the same provider.",
                         {{"provider", provider_}})),
      hedges(AddCounter(metrics, "hedges_total", "Second requests beside one that is slow.",
                        {{"provider", provider_}})),
      hedges_won(AddCounter(metrics, "hedges_won_total", "Second requests that were faster.",
                            {{"provider", provider_}})),
      breaks(AddCounter(metrics, "breaks_total", "Streams that broke after their first text.",
                        {{"provider", provider_}})),
      tokens_in(AddCounter(metrics, "tokens_total", "Tokens, as the provider counted them.",
                           {{"provider", provider_}, {"direction", "in"}})),
      tokens_out(AddCounter(metrics, "tokens_total", "Tokens, as the provider counted them.",
                            {{"provider", provider_}, {"direction", "out"}})),
      cost(AddCounter(metrics, "cost_total", "Cost in the currency of the configured prices.",
                      {{"provider", provider_}})),
      breaker_openings(AddCounter(metrics, "breaker_opened_total", "Openings of the breaker.",
                                  {{"provider", provider_}})),
      breaker_state(
          AddGauge(metrics, "breaker_state", "0 closed, 1 half-open, 2 open.", provider_)),
      running(AddGauge(metrics, "requests_running", "Requests being answered now.", provider_)),
      waiting(AddGauge(metrics, "requests_waiting", "Requests waiting for a place.", provider_)),
      first_token_seconds(AddHistogram(metrics, "first_token_seconds",
                                       "From the request to its first visible text.", provider_,
                                       kFirstTokenSeconds)),
      tokens_per_second(AddHistogram(metrics, "tokens_per_second",
                                     "Of whole replies, from their first text to their end.",
                                     provider_, kTokensPerSecond)) {}

void ProviderMetrics::CountFailure(std::string_view error_word) {
  metrics_.CountProviderFailure(provider_, error_word);
}

}  // namespace nat
