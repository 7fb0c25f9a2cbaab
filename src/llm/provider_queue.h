// Who may send a request to one provider now, and who waits for it, in the order of coming.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <list>

#include "base/async.h"
#include "base/clock.h"
#include "base/error.h"
#include "llm/quota.h"

namespace nat {

class ProviderQueue;

// A request that is counted as running, until this is destroyed.
class Permit {
 public:
  Permit(ProviderQueue& queue, std::uint64_t request) : queue_(queue), request_(request) {}
  ~Permit();
  Permit(const Permit&) = delete;
  Permit& operator=(const Permit&) = delete;

  // The request is not sent after all: it counts for no minute.
  void Unsend();
  // What the request took in the end.
  void Correct(std::size_t tokens);

 private:
  ProviderQueue& queue_;
  std::uint64_t request_;
};

class ProviderQueue {
 public:
  // Told the place of one who waits, from 1, whenever it changes; waiting goes on when it returns.
  using OnPlace = std::function<Task<void>(std::size_t place)>;

  // `waiting_max`: who comes when so many wait already is refused. `clock` outlives the queue, and
  // the queue its permits.
  ProviderQueue(Clock& clock, QuotaLimits quota_limits, std::size_t waiting_max)
      : clock_(clock), quota_(quota_limits), waiting_max_(waiting_max) {}

  // Returns when a request of about `tokens` may be sent. kUnavailable where the queue is full, or
  // where its turn will not come, or did not come, before `until`. `on_place` may be empty.
  Task<Result<std::unique_ptr<Permit>>> Enter(std::size_t tokens, SteadyTime until,
                                              OnPlace on_place);
  // Whether a request of about `tokens` could be sent now.
  bool IsFree(std::size_t tokens) { return waiting_.empty() && MayStart(tokens); }
  // A permit without waiting; null where there is none.
  std::unique_ptr<Permit> TryEnter(std::size_t tokens);

  // The provider says that it was too much.
  void PauseUntil(SteadyTime until) { quota_.PauseUntil(until); }
  SteadyTime paused_until() const { return quota_.paused_until(); }
  std::size_t waiting() const { return waiting_.size(); }
  std::size_t running() const { return quota_.running(); }

 private:
  friend class Permit;

  struct Waiter {
    explicit Waiter(asio::any_io_executor executor) : changed(std::move(executor)) {}
    Signal changed;
  };
  using Waiters = std::list<Waiter>;
  // A waiter's place, for as long as its frame is there.
  class Place;

  bool MayStart(std::size_t tokens);
  std::unique_ptr<Permit> Start(std::size_t tokens);
  void WakeAll();
  Task<void> WaitFor(Waiter& waiter, SteadyTime until);

  Clock& clock_;
  Quota quota_;
  std::size_t waiting_max_;
  Waiters waiting_;
};

}  // namespace nat
