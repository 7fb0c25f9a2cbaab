#include "base/metrics.h"

#include <gtest/gtest.h>

namespace nat {
namespace {

TEST(Metrics, RendersWhatWasCounted) {
  Metrics metrics;
  metrics.CountRequest(200);
  metrics.CountRequest(204);
  metrics.CountRequest(429);
  metrics.CountTurn("completed", "companion");
  metrics.CountProviderFailure("baseten", "timeout");
  metrics.ObserveFirstSegment(std::chrono::milliseconds(30));
  metrics.turns_running().Set(3);
  const auto text = metrics.Render();
  for (const char* line :
       {"notatherapist_http_requests_total{status=\"2xx\"} 2",
        "notatherapist_http_requests_total{status=\"4xx\"} 1",
        "notatherapist_turns_total{provider=\"companion\",status=\"completed\"} 1",
        "notatherapist_provider_failures_total{error=\"timeout\",provider=\"baseten\"} 1",
        "notatherapist_first_segment_seconds_count 1", "notatherapist_turns_running 3"}) {
    EXPECT_NE(text.find(line), std::string::npos) << line << "\n" << text;
  }
}

}  // namespace
}  // namespace nat
