#include "base/async.h"

#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/cancellation_signal.hpp>
#include <boost/asio/error.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/system/system_error.hpp>
#include <exception>
#include <list>

namespace nat {

Signal::Signal(asio::any_io_executor executor)
    : executor_(executor), timer_(executor, asio::steady_timer::time_point::max()) {}

void Signal::NotifyAll() {
  timer_.cancel();
}

Task<void> Signal::Wait() {
  boost::system::error_code ignored;
  co_await timer_.async_wait(asio::redirect_error(asio::use_awaitable, ignored));
}

struct TaskGroup::Running {
  std::list<asio::cancellation_signal> signals;
  std::list<asio::cancellation_signal> ended;
};

TaskGroup::TaskGroup(asio::any_io_executor executor, OnFault on_fault)
    : executor_(executor),
      on_fault_(std::move(on_fault)),
      ended_(executor),
      tasks_(std::make_shared<Running>()) {}

TaskGroup::~TaskGroup() = default;

std::function<void()> TaskGroup::Spawn(std::string name, Task<void> task) {
  ++running_;
  auto signal = tasks_->signals.emplace(tasks_->signals.end());
  auto alive = std::make_shared<bool>(true);  // shared by the handler and the cancel function
  auto on_end = [this, tasks = tasks_, signal, alive, name](std::exception_ptr fault) {
    *alive = false;
    // Asio may have queued what emitting it does, with a pointer to the signal.
    tasks->ended.splice(tasks->ended.end(), tasks->signals, signal);
    asio::post(executor_, [tasks] { tasks->ended.pop_front(); });
    --running_;
    ended_.NotifyAll();
    if (!fault) return;
    try {
      std::rethrow_exception(fault);
    } catch (const boost::system::system_error& error) {
      // A task that was cancelled while it waited has ended as it should.
      if (error.code() != asio::error::operation_aborted) on_fault_(name, error.what());
    } catch (const std::exception& exception) {
      on_fault_(name, exception.what());
    } catch (...) {
      on_fault_(name, "something that is not a std::exception");
    }
  };
  asio::co_spawn(executor_, std::move(task),
                 asio::bind_cancellation_slot(signal->slot(), std::move(on_end)));
  return [alive, signal] {
    if (*alive) signal->emit(asio::cancellation_type::terminal);
  };
}

Task<bool> TaskGroup::Drain(std::chrono::nanoseconds limit) {
  asio::steady_timer deadline(executor_);
  deadline.expires_after(limit);
  // Shared by this frame and the handler, which may be queued already when the frame ends.
  auto is_over = std::make_shared<bool>(false);
  deadline.async_wait([this, is_over](boost::system::error_code error) {
    if (error) return;
    *is_over = true;
    ended_.NotifyAll();
  });
  while (running_ > 0 && !*is_over) co_await ended_.Wait();
  co_return running_ == 0;
}

void TaskGroup::CancelAll() {
  // Emitting may end a task at once and so erase its signal: step before emitting.
  for (auto at = tasks_->signals.begin(); at != tasks_->signals.end();) {
    auto next = std::next(at);
    at->emit(asio::cancellation_type::terminal);
    at = next;
  }
}

}  // namespace nat
