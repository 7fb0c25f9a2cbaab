#include "bench/journal/load.h"

#include <time.h>

#include <algorithm>
#include <boost/asio/io_context.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/steady_timer.hpp>
#include <utility>

#include "tests/support/run_task.h"
#include "tests/support/temporary_folder.h"

namespace nat {
namespace {

using Moment = std::chrono::steady_clock::time_point;

// A sealed sentence of a hundred letters; a reply has twenty.
constexpr std::size_t kSealedBytes = 201;
constexpr std::int64_t kEventsInReply = 20;

double CpuMicroseconds(clockid_t clock) {
  timespec time{};
  NAT_CHECK(clock_gettime(clock, &time) == 0);
  return static_cast<double>(time.tv_sec) * 1e6 + static_cast<double>(time.tv_nsec) / 1e3;
}

double MicrosecondsSince(Moment began) {
  return std::chrono::duration<double, std::micro>(std::chrono::steady_clock::now() - began)
      .count();
}

// What the tasks of one load share; it outlives them.
struct Shared {
  asio::io_context& loop;
  Way& way;
  const Load& load;
  Moment began;
  LoadFigures& figures;

  Moment end() const { return began + load.length; }
};

Task<void> SleepUntil(Shared& shared, Moment due) {
  asio::steady_timer timer(shared.loop, due);
  co_await timer.async_wait(asio::use_awaitable);
}

Task<void> Append(Shared& shared, std::size_t turn, std::int64_t number, Moment due) {
  JournalEvent event;
  event.turn = turn;
  event.number = number;
  event.sealed = std::string(kSealedBytes, 'x');
  auto appended = co_await shared.way.Append(std::move(event));
  NAT_CHECK(appended.has_value());
  shared.figures.append_times.push_back(MicrosecondsSince(due));
}

Task<void> LetOthersRun(Shared& shared) {
  co_await asio::post(shared.loop, asio::use_awaitable);
}

// One reply after the other. Turns do not begin at the same moment, as people do not.
Task<void> RunTurn(Shared& shared, std::size_t turn) {
  const auto pace = shared.load.pace;
  const auto part = static_cast<std::int64_t>(turn) * pace.count() * 1000 /
                    static_cast<std::int64_t>(shared.load.turns);
  auto due = shared.began + std::chrono::microseconds(part);
  for (std::int64_t number = 1; due < shared.end(); ++number) {
    if (pace.count() > 0) {
      co_await SleepUntil(shared, due);
    } else {
      co_await LetOthersRun(shared);
      due = std::chrono::steady_clock::now();
    }
    co_await Append(shared, turn, number, due);
    if (number % kEventsInReply == 0) {
      auto removed = co_await shared.way.Remove(turn);
      NAT_CHECK(removed.has_value());
    }
    due = pace.count() > 0 ? due + pace : std::chrono::steady_clock::now();
  }
}

Task<void> CommitBeside(Shared& shared) {
  auto due = shared.began;
  for (std::int64_t number = 1; due < shared.end(); ++number) {
    co_await SleepUntil(shared, due);
    const auto began = std::chrono::steady_clock::now();
    auto committed = co_await shared.way.CommitMessage(number);
    NAT_CHECK(committed.has_value());
    shared.figures.commit_times.push_back(MicrosecondsSince(began));
    due = std::max(due + shared.load.commit_pace, std::chrono::steady_clock::now());
  }
}

Task<Unit> RunAll(Shared& shared) {
  TaskGroup tasks(shared.loop.get_executor(),
                  [](const std::string&, const std::string& fault) { NAT_CHECK(fault.empty()); });
  if (shared.load.commit_pace.count() > 0) tasks.Spawn("commits", CommitBeside(shared));
  for (std::size_t turn = 0; turn < shared.load.turns; ++turn) {
    tasks.Spawn("turn", RunTurn(shared, turn));
  }
  const auto limit = shared.load.length + std::chrono::seconds(60);
  const bool have_all_ended = co_await tasks.Drain(limit);
  NAT_CHECK(have_all_ended);
  co_return Unit();
}

}  // namespace

LoadFigures RunLoad(const WayKind& kind, const Load& load) {
  TemporaryFolder folder;
  asio::io_context loop;
  auto way = kind.make(loop.get_executor(), folder.path(), load.turns);
  LoadFigures figures;
  Shared shared{loop, *way, load, std::chrono::steady_clock::now(), figures};
  const double loop_before = CpuMicroseconds(CLOCK_THREAD_CPUTIME_ID);
  const double all_before = CpuMicroseconds(CLOCK_PROCESS_CPUTIME_ID);
  RunTask(loop, RunAll(shared));
  figures.seconds = MicrosecondsSince(shared.began) / 1e6;
  figures.loop_cpu = CpuMicroseconds(CLOCK_THREAD_CPUTIME_ID) - loop_before;
  figures.others_cpu = CpuMicroseconds(CLOCK_PROCESS_CPUTIME_ID) - all_before - figures.loop_cpu;
  return figures;
}

}  // namespace nat
