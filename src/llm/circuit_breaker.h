// Keeps requests away from a provider that fails, and finds out when it is well again. Pure: time
// and chance are arguments.
//
//   closed     requests go through; it opens after so many failures in a row, or once a large share
//              of the last ones failed
//   open       none goes through until its pause is over; each further opening doubles the pause
//   half-open  one at a time goes through, as a probe: a success closes it, a failure opens it
//   again
//
//   auto pass = breaker.Admit(now);
//   if (!pass) ...                       // ask someone else
//   breaker.Succeed(*pass);              // or Fail, or Withdraw: every pass is given back once
#pragma once

#include <chrono>
#include <cstdint>
#include <deque>
#include <optional>
#include <string_view>

#include "base/clock.h"
#include "base/limits.h"

namespace nat {

enum class BreakerState { kClosed, kHalfOpen, kOpen };

// A word for logs and health checks.
std::string_view WordOf(BreakerState state);

class CircuitBreaker {
 public:
  struct Options {
    std::size_t failures_in_a_row_max = limits::kBreakerFailuresInARow;
    std::size_t window = limits::kBreakerWindow;  // how many of the last requests are looked at
    double failure_share_max = limits::kBreakerFailureShare;  // of a full window
    std::chrono::nanoseconds pause = limits::kBreakerPause;
    std::chrono::nanoseconds pause_max = limits::kBreakerPauseMax;
  };
  // What lets one request through. What is told with one from before the last change of state
  // counts no more.
  struct Pass {
    std::uint64_t generation = 0;
    bool is_probe = false;
  };

  CircuitBreaker() = default;
  explicit CircuitBreaker(Options options) : options_(options) {}

  BreakerState StateAt(SteadyTime now) const;
  // Nothing where the request must not be sent.
  std::optional<Pass> Admit(SteadyTime now);
  void Succeed(const Pass& pass);
  // `chance`, 0 to 1, spreads the pauses of many processes. True where this opened the breaker.
  bool Fail(const Pass& pass, SteadyTime now, double chance);
  // No request will mend what is wrong, such as a key that is refused: opens at once.
  bool FailForGood(const Pass& pass, SteadyTime now, double chance);
  // The request came to no end that says anything about the provider.
  void Withdraw(const Pass& pass);

 private:
  void Remember(bool has_failed);
  bool IsTooMuch() const;
  void Open(SteadyTime now, double chance);
  void Close();

  Options options_;
  bool is_open_ = false;     // open or half-open: which of them is a question of time
  bool is_probing_ = false;  // half-open: a probe is on its way
  SteadyTime open_until_;
  std::size_t times_opened_ = 0;  // since it was closed last
  std::size_t failures_in_a_row_ = 0;
  std::deque<bool> last_;  // of the last requests, whether each failed; bounded by the window
  std::uint64_t generation_ = 0;
};

}  // namespace nat
