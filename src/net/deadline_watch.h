// Time limits of many connections, watched by one coarse timer instead of one timer for each
// operation: moving a deadline is one assignment, which matters when it happens for every token.
//
// Whether a deadline has passed is for the Clock to say; the timer only makes us look, every kLook,
// and runs only while there is a Deadline at all.
#pragma once

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/steady_timer.hpp>
#include <chrono>
#include <functional>
#include <memory>
#include <optional>
#include <unordered_set>

#include "base/clock.h"

namespace nat {

class Deadline;

class DeadlineWatch {
 public:
  static constexpr auto kLook = std::chrono::milliseconds(100);

  // `after_expiry` runs after each look at which a deadline had passed; it may destroy Deadlines.
  DeadlineWatch(asio::any_io_executor executor, Clock& clock, std::function<void()> after_expiry);
  DeadlineWatch(const DeadlineWatch&) = delete;
  DeadlineWatch& operator=(const DeadlineWatch&) = delete;

  SteadyTime now() const { return clock_.SteadyNow(); }

 private:
  friend class Deadline;

  void Add(Deadline* deadline);
  void Remove(Deadline* deadline);
  void WaitForNextLook();
  void Look();

  Clock& clock_;
  std::function<void()> after_expiry_;
  asio::steady_timer timer_;
  bool is_timer_running_ = false;
  std::unordered_set<Deadline*> deadlines_;
  // Owned by the watch alone; the timer's handler holds it weakly, to know whether the watch still
  // lives.
  std::shared_ptr<char> life_ = std::make_shared<char>();
};

// One limit, set and cleared over and over. `on_passed` runs at most once for each Set, from the
// loop, and destroys no Deadline. The watch outlives it.
class Deadline {
 public:
  Deadline(DeadlineWatch& watch, std::function<void()> on_passed);
  ~Deadline();
  Deadline(const Deadline&) = delete;
  Deadline& operator=(const Deadline&) = delete;

  void SetAt(SteadyTime when);
  void SetAfter(std::chrono::nanoseconds limit) { SetAt(watch_.now() + limit); }
  void Clear() { at_.reset(); }
  // Whether the deadline that was set last has passed.
  bool has_passed() const { return has_passed_; }

 private:
  friend class DeadlineWatch;

  DeadlineWatch& watch_;
  std::function<void()> on_passed_;
  std::optional<SteadyTime> at_;
  bool has_passed_ = false;
};

}  // namespace nat
