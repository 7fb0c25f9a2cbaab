// What a provider allows us: requests and tokens in any minute, requests at a time. Pure
// accounting; who waits for a place is provider_queue.h. Limits are those of the provider's plan:
// 15 requests a minute is a real one.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <optional>

#include "base/clock.h"

namespace nat {

struct QuotaLimits {
  std::size_t requests_per_minute = 0;  // 0: no limit is known
  std::size_t tokens_per_minute = 0;    // in and out; 0: no limit is known
  std::size_t concurrency_max = 0;      // 0: no limit is known
};

class Quota {
 public:
  explicit Quota(QuotaLimits quota_limits) : limits_(quota_limits) {}

  // The earliest time at which one more request of about `tokens` keeps within a minute's limits,
  // if nothing else is sent: `now` where it does already. A request larger than a minute's tokens
  // may go alone.
  SteadyTime StartTime(SteadyTime now, std::size_t tokens);
  // Whether one more may run beside those that do.
  bool HasPlace() const {
    return limits_.concurrency_max == 0 || running_ < limits_.concurrency_max;
  }
  std::size_t running() const { return running_; }

  // Counts a request that is sent now; the answer names it.
  std::uint64_t Take(SteadyTime now, std::size_t tokens);
  // Its tokens turned out to be so many.
  void Correct(std::uint64_t request, std::size_t tokens);
  // It was not sent after all.
  void Undo(std::uint64_t request);
  // It has ended.
  void Release() { --running_; }
  // The provider says that it was too much: nothing more is sent before `until`.
  void PauseUntil(SteadyTime until);
  SteadyTime paused_until() const { return paused_until_; }

 private:
  struct Sent {
    std::uint64_t number;
    SteadyTime at;
    std::size_t tokens;
  };

  void Forget(SteadyTime now);
  std::deque<Sent>::iterator Find(std::uint64_t request);

  QuotaLimits limits_;
  std::deque<Sent> sent_;  // in the last minute, where there is a limit that asks for it
  std::size_t tokens_sent_ = 0;
  std::uint64_t last_number_ = 0;
  std::size_t running_ = 0;
  SteadyTime paused_until_ = SteadyTime::min();
};

}  // namespace nat
