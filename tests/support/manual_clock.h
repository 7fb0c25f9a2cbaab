// A clock that stands still until the test moves it. Sleepers wake in the order of their deadlines,
// when the loop runs next.
#pragma once

#include <algorithm>
#include <chrono>
#include <list>
#include <memory>
#include <optional>
#include <utility>

#include "base/async.h"
#include "base/clock.h"

namespace nat {

class ManualClock final : public Clock {
 public:
  Time Now() const override {
    return began_ + std::chrono::floor<std::chrono::milliseconds>(steady_now_ - kSteadyBegan);
  }
  SteadyTime SteadyNow() const override { return steady_now_; }

  Task<void> SleepUntil(SteadyTime when) override {
    auto executor = co_await asio::this_coro::executor;
    Signal woken(executor);
    const Bed bed(sleepers_, Sleeper{when, &woken});
    // A wake-up without its time being there is a cancellation.
    if (steady_now_ < when) co_await woken.Wait();
  }

  void Advance(std::chrono::nanoseconds duration) {
    steady_now_ += std::chrono::duration_cast<SteadyTime::duration>(duration);
    sleepers_->sort(
        [](const Sleeper& left, const Sleeper& right) { return left.when < right.when; });
    for (const auto& sleeper : *sleepers_) {
      if (sleeper.when <= steady_now_) sleeper.woken->NotifyAll();
    }
  }
  // Wall time alone jumps, as when an operator sets the clock.
  void JumpWallTime(std::chrono::milliseconds by) { began_ += by; }
  std::size_t sleepers() const { return sleepers_->size(); }
  // When the first of the sleepers wants to wake; nothing where nobody sleeps.
  std::optional<SteadyTime> next_wake() const {
    const auto first = std::min_element(
        sleepers_->begin(), sleepers_->end(),
        [](const Sleeper& left, const Sleeper& right) { return left.when < right.when; });
    if (first == sleepers_->end()) return std::nullopt;
    return first->when;
  }

 private:
  struct Sleeper {
    SteadyTime when;
    Signal* woken;  // on the sleeping task's frame
  };
  // Shared by the clock and each sleeping task, either of which may end first.
  using Sleepers = std::shared_ptr<std::list<Sleeper>>;
  // A sleeper's place in the list, for as long as its frame is there: a loop that ends drops frames
  // in their sleep.
  class Bed {
   public:
    Bed(Sleepers sleepers, Sleeper sleeper)
        : sleepers_(std::move(sleepers)), at_(sleepers_->insert(sleepers_->end(), sleeper)) {}
    ~Bed() { sleepers_->erase(at_); }
    Bed(const Bed&) = delete;
    Bed& operator=(const Bed&) = delete;

   private:
    Sleepers sleepers_;
    std::list<Sleeper>::iterator at_;
  };

  static constexpr SteadyTime kSteadyBegan = SteadyTime(std::chrono::hours(1));

  Time began_ = Time(std::chrono::milliseconds(1'756'900'800'000));  // 2025-09-03T12:00:00Z
  SteadyTime steady_now_ = kSteadyBegan;
  Sleepers sleepers_ = std::make_shared<std::list<Sleeper>>();
};

}  // namespace nat
