// What operators count, in Prometheus' names and base units (prometheus-cpp underneath). Labels are
// bounded words; there is no label for a person, a conversation or a text. Any thread may count and
// render.
#pragma once

#include <prometheus/counter.h>
#include <prometheus/family.h>
#include <prometheus/gauge.h>
#include <prometheus/histogram.h>
#include <prometheus/registry.h>

#include <chrono>
#include <string>
#include <string_view>

namespace nat {

class Metrics {
 public:
  Metrics();
  Metrics(const Metrics&) = delete;
  Metrics& operator=(const Metrics&) = delete;

  void CountRequest(int http_status);
  // `status` and `provider` are words of the wire contract and of the configuration.
  void CountTurn(std::string_view status, std::string_view provider);
  void CountProviderFailure(std::string_view provider, std::string_view error_word);
  void ObserveFirstSegment(std::chrono::nanoseconds since_request);

  // Where parts of the program with families of their own register them.
  prometheus::Registry& registry() { return registry_; }

  prometheus::Gauge& turns_running() { return turns_running_; }
  prometheus::Gauge& readers() { return readers_; }

  // The text exposition format 0.0.4.
  std::string Render() const;

 private:
  prometheus::Registry registry_;
  prometheus::Family<prometheus::Counter>& requests_;
  prometheus::Family<prometheus::Counter>& turns_;
  prometheus::Family<prometheus::Counter>& provider_failures_;
  prometheus::Histogram& first_segment_seconds_;
  prometheus::Gauge& turns_running_;
  prometheus::Gauge& readers_;
};

}  // namespace nat
