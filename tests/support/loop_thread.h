// An event loop on its own thread, for tests whose client blocks. What touches product objects goes
// through Run.
//
//   LoopThread loop;
//   auto port = loop.Run([&] { return server.Listen(); });
#pragma once

#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/use_future.hpp>
#include <future>
#include <thread>
#include <utility>

#include "base/async.h"

namespace nat::testing {

class LoopThread {
 public:
  LoopThread() : work_(context_.get_executor()), thread_([this] { context_.run(); }) {}
  ~LoopThread() {
    work_.reset();
    thread_.join();
  }
  LoopThread(const LoopThread&) = delete;
  LoopThread& operator=(const LoopThread&) = delete;

  asio::any_io_executor executor() { return context_.get_executor(); }

  // Runs the function on the loop and gives its value.
  template <class F>
  auto Run(F function) {
    std::packaged_task<decltype(function())()> task(std::move(function));
    return asio::post(context_, std::move(task)).get();
  }

  // Runs the task on the loop to its end.
  template <class T>
  T Await(Task<T> task) {
    return asio::co_spawn(context_, std::move(task), asio::use_future).get();
  }

 private:
  asio::io_context context_{1};
  asio::executor_work_guard<asio::io_context::executor_type> work_;
  std::thread thread_;
};

}  // namespace nat::testing
