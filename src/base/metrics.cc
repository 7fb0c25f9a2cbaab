#include "base/metrics.h"

#include <prometheus/text_serializer.h>

#include <sstream>

namespace nat {
namespace {

using prometheus::BuildCounter;
using prometheus::BuildGauge;
using prometheus::BuildHistogram;

const prometheus::Histogram::BucketBoundaries kSeconds = {0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5,
                                                          1,     2.5,  5,     10,   20,  40};

std::string StatusClass(int http_status) {
  return std::to_string(http_status / 100) + "xx";
}

}  // namespace

Metrics::Metrics()
    : requests_(BuildCounter()
                    .Name("notatherapist_http_requests_total")
                    .Help("Answered HTTP requests by status class.")
                    .Register(registry_)),
      turns_(BuildCounter()
                 .Name("notatherapist_turns_total")
                 .Help("Finished turns by final status and the provider that answered.")
                 .Register(registry_)),
      provider_failures_(BuildCounter()
                             .Name("notatherapist_provider_failures_total")
                             .Help("Failed attempts by provider and error code.")
                             .Register(registry_)),
      first_segment_seconds_(BuildHistogram()
                                 .Name("notatherapist_first_segment_seconds")
                                 .Help("From the accepted message to its first shown segment.")
                                 .Register(registry_)
                                 .Add({}, kSeconds)),
      turns_running_(BuildGauge()
                         .Name("notatherapist_turns_running")
                         .Help("Replies being made now.")
                         .Register(registry_)
                         .Add({})),
      readers_(BuildGauge()
                   .Name("notatherapist_readers")
                   .Help("Readers following a reply now.")
                   .Register(registry_)
                   .Add({})) {}

void Metrics::CountRequest(int http_status) {
  requests_.Add({{"status", StatusClass(http_status)}}).Increment();
}

void Metrics::CountTurn(std::string_view status, std::string_view provider) {
  turns_.Add({{"status", std::string(status)}, {"provider", std::string(provider)}}).Increment();
}

void Metrics::CountProviderFailure(std::string_view provider, std::string_view error_word) {
  provider_failures_.Add({{"provider", std::string(provider)}, {"error", std::string(error_word)}})
      .Increment();
}

void Metrics::ObserveFirstSegment(std::chrono::nanoseconds since_request) {
  first_segment_seconds_.Observe(std::chrono::duration<double>(since_request).count());
}

std::string Metrics::Render() const {
  std::ostringstream text;
  prometheus::TextSerializer().Serialize(text, registry_.Collect());
  return text.str();
}

}  // namespace nat
