// The one source of time. Product code asks a Clock and never the system, so that tests move time
// by hand (tests/support/manual_clock.h).
#pragma once

#include <boost/asio/awaitable.hpp>
#include <chrono>
#include <string>

namespace nat {

namespace asio = boost::asio;
template <class T>
using Task = asio::awaitable<T>;

// Wall time, UTC. It may jump; use it for what people and the store see.
using Time = std::chrono::sys_time<std::chrono::milliseconds>;
// Time that never jumps; use it for deadlines.
using SteadyTime = std::chrono::steady_clock::time_point;

class Clock {
 public:
  virtual ~Clock() = default;
  virtual Time Now() const = 0;
  virtual SteadyTime SteadyNow() const = 0;
  // Returns at `when` or earlier if the task is cancelled.
  virtual Task<void> SleepUntil(SteadyTime when) = 0;

  Task<void> Sleep(std::chrono::nanoseconds duration);
};

class SystemClock final : public Clock {
 public:
  Time Now() const override;
  SteadyTime SteadyNow() const override;
  Task<void> SleepUntil(SteadyTime when) override;
};

// RFC 3339 in UTC, to the second: "2025-09-03T12:00:00Z".
std::string FormatTime(Time time);

}  // namespace nat
