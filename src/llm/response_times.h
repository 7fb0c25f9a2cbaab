// The times that a provider took lately, and what is usual for it. Pure.
#pragma once

#include <algorithm>
#include <chrono>
#include <cstddef>
#include <deque>
#include <optional>
#include <vector>

#include "base/limits.h"

namespace nat {

class ResponseTimes {
 public:
  void Add(std::chrono::nanoseconds took) {
    last_.push_back(took);
    if (last_.size() > limits::kResponseTimesKept) last_.pop_front();
  }

  // The time that so many percent of the last ones did not pass; nothing while too few are known to
  // call anything usual.
  std::optional<std::chrono::nanoseconds> Percentile(double percent) const {
    if (last_.size() < limits::kResponseTimesNeeded) return std::nullopt;
    std::vector<std::chrono::nanoseconds> sorted(last_.begin(), last_.end());
    const double share = std::clamp(percent, 0.0, 100.0) / 100.0;
    const auto at = static_cast<std::size_t>(share * static_cast<double>(sorted.size() - 1));
    std::nth_element(sorted.begin(), sorted.begin() + static_cast<std::ptrdiff_t>(at),
                     sorted.end());
    return sorted[at];
  }

 private:
  std::deque<std::chrono::nanoseconds> last_;
};

}  // namespace nat
