// When a failed request may be sent again. Pure: time and chance are arguments.
#pragma once

#include <chrono>
#include <cstddef>

#include "base/clock.h"
#include "base/error.h"
#include "base/limits.h"

namespace nat {

// What the gateway may do about a failed request, by the error table and by what is known about the
// codes that only providers give.
enum class Remedy {
  kAskAgainLater,        // it may pass: the same provider, after a pause
  kAskAgainDifferently,  // at once, with other settings: an empty answer, a context that is too
                         // long
  kAskOthersOnly,        // this provider will not answer this request: a deadline, a bad request
  kAskNobodyHere,        // this provider will answer no request of ours: key, bill, model
};

Remedy RemedyFor(const Error& error);

// How long to wait before the next request to a provider that failed `failures` times, at least 1:
// what it asked for, else doubling from kRetryPause, of which `chance`, 0 to 1, is a half.
std::chrono::nanoseconds PauseBeforeRetry(const Error& error, std::size_t failures, double chance);

// Bounds the retries of the whole process, so that a provider in trouble is not met with a multiple
// of what it cannot serve: each request earns a share of a retry. A few are free at any time, for
// the one person who talks at night.
class RetryBudget {
 public:
  // `share`: retries for each request, 0 to 1 and beyond.
  explicit RetryBudget(double share) : share_(share) {}

  void NoteRequest(SteadyTime now);
  // Takes one; false where none is left.
  bool Take(SteadyTime now);

 private:
  void Refill(SteadyTime now);

  double share_;
  double left_ = limits::kRetriesFree;
  SteadyTime refilled_at_;
};

}  // namespace nat
