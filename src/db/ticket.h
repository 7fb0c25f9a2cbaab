// How a task of the loop waits for an answer from another thread, or from a task that goes on
// without it. The task and whoever answers share the ticket, so either may end first.
//
//   auto ticket = std::make_shared<Ticket<Rows>>(executor);
//   ... hand it to a thread, which posts to `executor`: ticket->Answer(rows)
//   auto rows = co_await WaitFor(ticket);
#pragma once

#include <boost/asio/any_io_executor.hpp>
#include <memory>
#include <optional>
#include <utility>

#include "base/async.h"
#include "base/error.h"

namespace nat {

// On the loop's thread only.
template <class T>
class Ticket {
 public:
  explicit Ticket(asio::any_io_executor executor) : answered_(std::move(executor)) {}

  void Answer(Result<T> answer) {
    answer_.emplace(std::move(answer));
    answered_.NotifyAll();
  }

 private:
  template <class U>
  friend Task<Result<U>> WaitFor(std::shared_ptr<Ticket<U>> ticket);

  Signal answered_;
  std::optional<Result<T>> answer_;
};

// kCancelled when the waiting task is cancelled; the answer then finds nobody.
template <class T>
Task<Result<T>> WaitFor(std::shared_ptr<Ticket<T>> ticket) {
  if (!ticket->answer_) co_await ticket->answered_.Wait();
  if (ticket->answer_) co_return std::move(*ticket->answer_);
  co_return Error(ErrorCode::kCancelled, "cancelled while waiting for an answer");
}

}  // namespace nat
