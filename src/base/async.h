// Coroutines on one event loop: Task<T>, waiting with a deadline, running blocking work elsewhere,
// background tasks.
//
// The rules of STYLE 23 to 28 are vital with this compiler: one co_await per statement, no brace
// and no lambda beside it. Everything here runs on the loop's thread unless it says otherwise.
#pragma once

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/thread_pool.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <chrono>
#include <cstddef>
#include <functional>
#include <memory>
#include <string>
#include <type_traits>
#include <utility>

#include "base/clock.h"
#include "base/error.h"

namespace nat {

// Wakes every task that waits. There is no memory: a waiter looks at its condition, waits, and
// looks again.
class Signal {
 public:
  explicit Signal(asio::any_io_executor executor);
  Signal(const Signal&) = delete;
  Signal& operator=(const Signal&) = delete;

  void NotifyAll();
  // Returns at the next NotifyAll, when the waiting task is cancelled, or when this signal is
  // destroyed.
  Task<void> Wait();
  asio::any_io_executor executor() const { return executor_; }

 private:
  asio::any_io_executor executor_;
  asio::steady_timer timer_;
};

// The result of `operation`, or kTimeout after `limit` of `clock`'s time; the operation is then
// cancelled.
template <class T>
Task<Result<T>> WithTimeout(Clock& clock, Task<Result<T>> operation,
                            std::chrono::nanoseconds limit);

// Runs a blocking function on `pool` and returns here with its value. It cannot be cancelled, only
// abandoned.
template <class F>
Task<std::invoke_result_t<F>> Offload(asio::thread_pool& pool, F function);

// Background tasks by name. They are counted; what escapes one as an exception is reported to
// `on_fault` and ends the task alone. The group outlives its tasks: call Drain before destroying
// it.
class TaskGroup {
 public:
  using OnFault = std::function<void(const std::string& name, const std::string& what)>;

  TaskGroup(asio::any_io_executor executor, OnFault on_fault);
  ~TaskGroup();
  TaskGroup(const TaskGroup&) = delete;
  TaskGroup& operator=(const TaskGroup&) = delete;

  // Starts the task. The returned function cancels it (what it waits for ends early); calling it
  // later is harmless.
  std::function<void()> Spawn(std::string name, Task<void> task);

  std::size_t size() const { return running_; }
  asio::any_io_executor executor() const { return executor_; }
  // Returns when every task has ended or the limit has passed; true when all have ended.
  Task<bool> Drain(std::chrono::nanoseconds limit);
  void CancelAll();

 private:
  struct Running;

  asio::any_io_executor executor_;
  OnFault on_fault_;
  std::size_t running_ = 0;
  Signal ended_;
  // Shared by the group and by the completion handler of each of its tasks.
  std::shared_ptr<Running> tasks_;
};

}  // namespace nat

#include "base/async_inline.h"
