#include "llm/hedge.h"

#include <array>
#include <boost/asio/this_coro.hpp>
#include <utility>

namespace nat {
namespace {

using Opened = std::optional<Result<std::unique_ptr<ReplyStream>>>;

struct Lane {
  Opened opened;
  std::function<void()> cancel;
};

// Owned by the one who waits and by the tasks that run the requests, whichever ends last.
struct Race {
  explicit Race(asio::any_io_executor executor) : changed(std::move(executor)) {}

  Signal changed;
  std::array<Lane, 2> lanes;
};

struct CancelOnExit {
  std::shared_ptr<Race> race;

  explicit CancelOnExit(std::shared_ptr<Race> ending) : race(std::move(ending)) {}
  ~CancelOnExit() {
    for (auto& lane : race->lanes) {
      if (lane.cancel) lane.cancel();
    }
  }
  CancelOnExit(const CancelOnExit&) = delete;
  CancelOnExit& operator=(const CancelOnExit&) = delete;
};

Task<void> Run(Clock& clock, std::shared_ptr<Race> race, std::size_t number,
               OutgoingRequest outgoing) {
  auto opened = co_await OpenReply(clock, std::move(outgoing.attempt), std::move(outgoing.request),
                                   outgoing.limit);
  race->lanes[number].opened = std::move(opened);
  race->changed.NotifyAll();
}

void Start(Clock& clock, TaskGroup& tasks, const std::shared_ptr<Race>& race, std::size_t number,
           OutgoingRequest outgoing) {
  auto run = Run(clock, race, number, std::move(outgoing));
  race->lanes[number].cancel = tasks.Spawn("provider.request", std::move(run));
}

Task<Result<Unit>> WaitForChange(std::shared_ptr<Race> race) {
  co_await race->changed.Wait();
  co_return Ok();
}

std::optional<Error> ErrorOf(const Opened& opened) {
  if (!opened || *opened) return std::nullopt;
  return opened->error();
}

}  // namespace

Task<HedgeOutcome> OpenHedged(Clock& clock, TaskGroup& tasks, OutgoingRequest first,
                              std::chrono::nanoseconds delay,
                              std::function<std::optional<OutgoingRequest>()> make_second) {
  auto race = std::make_shared<Race>(tasks.executor());
  const CancelOnExit ending(race);
  Start(clock, tasks, race, 0, std::move(first));
  auto change = WaitForChange(race);
  auto limited = WithTimeout(clock, std::move(change), delay);
  const auto ignored = co_await std::move(limited);
  auto stopping = co_await asio::this_coro::cancellation_state;
  const bool is_stopped = stopping.cancelled() != asio::cancellation_type::none;
  bool has_second = false;
  if (!is_stopped && !race->lanes[0].opened) {
    if (auto second = make_second()) {
      has_second = true;
      Start(clock, tasks, race, 1, std::move(*second));
    }
  }
  HedgeOutcome outcome;
  for (;;) {
    auto cancellation = co_await asio::this_coro::cancellation_state;
    if (cancellation.cancelled() != asio::cancellation_type::none) co_return outcome;
    std::size_t failed = 0;
    for (std::size_t number = 0; number < race->lanes.size(); ++number) {
      auto& opened = race->lanes[number].opened;
      if (opened && *opened) {
        outcome.stream = std::move(**opened);
        outcome.is_second = number == 1;
        outcome.first_error = number == 1 ? ErrorOf(race->lanes[0].opened) : std::nullopt;
        outcome.second_error = number == 0 ? ErrorOf(race->lanes[1].opened) : std::nullopt;
        co_return outcome;
      }
      if (opened) ++failed;
    }
    if (failed == (has_second ? 2U : 1U)) break;
    co_await race->changed.Wait();
  }
  outcome.first_error = ErrorOf(race->lanes[0].opened);
  outcome.second_error = ErrorOf(race->lanes[1].opened);
  co_return outcome;
}

}  // namespace nat
