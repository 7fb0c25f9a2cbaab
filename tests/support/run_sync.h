// Runs one task to its end on a loop of its own, or on one that is given, and gives its value.
//
//   asio::io_context loop;
//   auto rows = RunSync(loop, database.Query(std::move(select)));
//
// Header-only, so that the unit tests of every folder can use it.
#pragma once

#include <boost/asio/io_context.hpp>
#include <chrono>
#include <exception>
#include <optional>
#include <stdexcept>
#include <utility>

#include "base/async.h"

namespace nat {

// A task that takes longer than this hangs, and the test fails.
inline constexpr auto kRunSyncLimit = std::chrono::seconds(20);

template <class T>
T RunSync(asio::io_context& loop, Task<T> task) {
  std::optional<T> value;
  std::exception_ptr fault;
  asio::co_spawn(loop, std::move(task), [&](std::exception_ptr thrown, T result) {
    fault = thrown;
    if (!thrown) value.emplace(std::move(result));
    loop.stop();
  });
  loop.restart();
  loop.run_for(kRunSyncLimit);
  if (fault) std::rethrow_exception(fault);
  if (!value) throw std::runtime_error("the task did not end");
  return std::move(*value);
}

inline void RunSync(asio::io_context& loop, Task<void> task) {
  bool has_ended = false;
  std::exception_ptr fault;
  asio::co_spawn(loop, std::move(task), [&](std::exception_ptr thrown) {
    fault = thrown;
    has_ended = true;
    loop.stop();
  });
  loop.restart();
  loop.run_for(kRunSyncLimit);
  if (fault) std::rethrow_exception(fault);
  if (!has_ended) throw std::runtime_error("the task did not end");
}

// Lets everything run that can run now, without waiting for time or sockets.
inline void RunReady(asio::io_context& loop) {
  loop.restart();
  loop.poll();
}

}  // namespace nat
