// A clock that stands still until the test moves it. Sleepers wake in the order of their deadlines,
// when the loop runs next.
#pragma once

#include <chrono>
#include <list>

#include "base/async.h"
#include "base/clock.h"

namespace nat {

class ManualClock final : public Clock {
 public:
  Time Now() const override { return now_; }
  SteadyTime SteadyNow() const override { return steady_now_; }

  Task<void> SleepUntil(SteadyTime when) override {
    auto executor = co_await asio::this_coro::executor;
    Signal woken(executor);
    const auto sleeper = sleepers_.insert(sleepers_.end(), Sleeper{when, &woken});
    // A wake-up without its time being there is a cancellation.
    if (steady_now_ < when) co_await woken.Wait();
    sleepers_.erase(sleeper);
  }

  void Advance(std::chrono::nanoseconds duration) {
    steady_now_ += std::chrono::duration_cast<SteadyTime::duration>(duration);
    now_ += std::chrono::duration_cast<std::chrono::milliseconds>(duration);
    sleepers_.sort(
        [](const Sleeper& left, const Sleeper& right) { return left.when < right.when; });
    for (const auto& sleeper : sleepers_) {
      if (sleeper.when <= steady_now_) sleeper.woken->NotifyAll();
    }
  }
  // Wall time alone jumps, as when an operator sets the clock.
  void JumpWallTime(std::chrono::milliseconds by) { now_ += by; }
  std::size_t sleepers() const { return sleepers_.size(); }

 private:
  struct Sleeper {
    SteadyTime when;
    Signal* woken;  // on the sleeping task's frame, which outlives this entry
  };

  Time now_ = Time(std::chrono::milliseconds(1'756'900'800'000));  // 2025-09-03T12:00:00Z
  SteadyTime steady_now_ = SteadyTime(std::chrono::hours(1));
  std::list<Sleeper> sleepers_;
};

}  // namespace nat
