// Runs a task on an event loop until it has ended, and gives its value: how a test that is not
// itself a coroutine calls one. What escapes the task as an exception is thrown here.
#pragma once

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/io_context.hpp>
#include <exception>
#include <optional>
#include <utility>

#include "base/async.h"

namespace nat {

namespace internal {
template <class T>
Task<void> KeepValue(Task<T> task, std::optional<T>* value) {
  auto result = co_await std::move(task);
  value->emplace(std::move(result));
}
}  // namespace internal

template <class T>
T RunTask(asio::io_context& loop, Task<T> task) {
  std::optional<T> value;
  std::optional<std::exception_ptr> end;
  auto keeping = internal::KeepValue(std::move(task), &value);
  asio::co_spawn(loop, std::move(keeping), [&](std::exception_ptr thrown) { end = thrown; });
  // The task may wait for another thread, with nothing for the loop to do meanwhile.
  const auto work = asio::make_work_guard(loop);
  loop.restart();
  while (!end) loop.run_one();
  if (*end) std::rethrow_exception(*end);
  return std::move(*value);
}

// Lets everything run that can run now, without waiting for time or sockets.
inline void RunReady(asio::io_context& loop) {
  loop.restart();
  loop.poll();
}

}  // namespace nat
