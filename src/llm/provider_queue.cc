#include "llm/provider_queue.h"

#include <algorithm>
#include <boost/asio/this_coro.hpp>
#include <iterator>
#include <memory>
#include <utility>

namespace nat {
namespace {

Task<Result<Unit>> WaitForSignal(Signal& signal) {
  co_await signal.Wait();
  co_return Ok();
}

}  // namespace

Permit::~Permit() {
  queue_.quota_.Release();
  queue_.WakeAll();
}

void Permit::Unsend() {
  queue_.quota_.Undo(request_);
}

void Permit::Correct(std::size_t tokens) {
  queue_.quota_.Correct(request_, tokens);
}

class ProviderQueue::Place {
 public:
  Place(ProviderQueue& queue, asio::any_io_executor executor)
      : queue_(queue), at_(queue.waiting_.emplace(queue.waiting_.end(), std::move(executor))) {}
  ~Place() {
    queue_.waiting_.erase(at_);
    queue_.WakeAll();
  }
  Place(const Place&) = delete;
  Place& operator=(const Place&) = delete;

  // From 1.
  std::size_t number() const {
    return static_cast<std::size_t>(std::distance(queue_.waiting_.begin(), at_)) + 1;
  }
  Waiter& waiter() { return *at_; }

 private:
  ProviderQueue& queue_;
  Waiters::iterator at_;
};

Task<Result<std::unique_ptr<Permit>>> ProviderQueue::Enter(std::size_t tokens, SteadyTime until,
                                                           OnPlace on_place) {
  if (auto permit = TryEnter(tokens)) co_return permit;
  if (waiting_.size() >= waiting_max_) {
    co_return Error(ErrorCode::kUnavailable, "as many wait for it as may");
  }
  auto executor = co_await asio::this_coro::executor;
  Place place(*this, executor);
  std::size_t told = 0;
  while (place.number() > 1 || !MayStart(tokens)) {
    auto cancellation = co_await asio::this_coro::cancellation_state;
    if (cancellation.cancelled() != asio::cancellation_type::none) {
      co_return Error(ErrorCode::kCancelled, "stopped while it waited for its place");
    }
    const auto now = clock_.SteadyNow();
    const auto start = quota_.StartTime(now, tokens);
    if (now >= until || start > until) {
      co_return Error(ErrorCode::kUnavailable, "it has no place for one more in time");
    }
    const auto number = place.number();
    if (on_place && number != told) {
      told = number;
      co_await on_place(number);
      continue;
    }
    const auto look_again = start > now ? std::min(start, until) : until;
    co_await WaitFor(place.waiter(), look_again);
  }
  co_return Start(tokens);
}

std::unique_ptr<Permit> ProviderQueue::TryEnter(std::size_t tokens) {
  if (!IsFree(tokens)) return nullptr;
  return Start(tokens);
}

Task<void> ProviderQueue::WaitFor(Waiter& waiter, SteadyTime until) {
  auto change = WaitForSignal(waiter.changed);
  auto limited = WithTimeout(clock_, std::move(change), until - clock_.SteadyNow());
  // Whichever it was: the one who waits looks again.
  const auto ignored = co_await std::move(limited);
}

bool ProviderQueue::MayStart(std::size_t tokens) {
  const auto now = clock_.SteadyNow();
  return quota_.HasPlace() && quota_.StartTime(now, tokens) <= now;
}

std::unique_ptr<Permit> ProviderQueue::Start(std::size_t tokens) {
  return std::make_unique<Permit>(*this, quota_.Take(clock_.SteadyNow(), tokens));
}

void ProviderQueue::WakeAll() {
  for (auto& waiter : waiting_) waiter.changed.NotifyAll();
}

}  // namespace nat
