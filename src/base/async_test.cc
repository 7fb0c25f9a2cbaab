#include "base/async.h"

#include <gtest/gtest.h>

#include <boost/asio/io_context.hpp>
#include <stdexcept>
#include <string>
#include <thread>

#include "tests/support/manual_clock.h"
#include "tests/support/run_task.h"

namespace nat {
namespace {

using std::chrono::seconds;

Task<Result<std::string>> SleepThenSay(Clock& clock, std::chrono::nanoseconds duration,
                                       std::string text) {
  co_await clock.Sleep(duration);
  co_return text;
}

Task<void> KeepCode(Task<Result<std::string>> task, std::optional<ErrorCode>& code) {
  auto result = co_await std::move(task);
  if (!result) code = result.error().code;
}

Task<void> Throw() {
  co_await asio::this_coro::executor;
  throw std::runtime_error("a bug");
}

Task<void> WaitAndCount(Signal& signal, int& count) {
  co_await signal.Wait();
  ++count;
}

Task<void> SleepAndCount(Clock& clock, std::chrono::nanoseconds duration, int& count) {
  co_await clock.Sleep(duration);
  ++count;
}

TEST(WithTimeout, GivesAnErrorWhenTheTimeIsOver) {
  asio::io_context loop;
  ManualClock clock;
  TaskGroup tasks(loop.get_executor(), [](const auto&, const auto&) {});
  std::optional<ErrorCode> code;
  auto limited = WithTimeout(clock, SleepThenSay(clock, seconds(10), "late"), seconds(5));
  tasks.Spawn("limited", KeepCode(std::move(limited), code));
  RunReady(loop);
  EXPECT_EQ(code, std::nullopt);
  clock.Advance(seconds(5));
  RunReady(loop);
  EXPECT_EQ(code, ErrorCode::kTimeout);
  EXPECT_EQ(clock.sleepers(), 0U) << "the operation was not cancelled";
}

TEST(WithTimeout, GivesTheValueOfWhatEndsInTime) {
  asio::io_context loop;
  SystemClock clock;
  auto limited = WithTimeout(clock, SleepThenSay(clock, seconds(0), "in time"), seconds(5));
  const auto result = RunTask(loop, std::move(limited));
  ASSERT_TRUE(result);
  EXPECT_EQ(*result, "in time");
}

TEST(Offload, RunsOnAnotherThreadAndComesBack) {
  asio::io_context loop;
  asio::thread_pool pool(1);
  const auto here = std::this_thread::get_id();
  auto work = [here] { return std::this_thread::get_id() != here; };
  EXPECT_TRUE(RunTask(loop, Offload(pool, work)));
  pool.join();
}

TEST(Signal, WakesEveryWaiterOnceAndRemembersNothing) {
  asio::io_context loop;
  Signal signal(loop.get_executor());
  TaskGroup tasks(loop.get_executor(), [](const auto&, const auto&) {});
  int count = 0;
  signal.NotifyAll();
  tasks.Spawn("first", WaitAndCount(signal, count));
  tasks.Spawn("second", WaitAndCount(signal, count));
  RunReady(loop);
  EXPECT_EQ(count, 0);
  signal.NotifyAll();
  RunReady(loop);
  EXPECT_EQ(count, 2);
}

TEST(TaskGroup, ReportsWhatATaskThrowsAndGoesOn) {
  asio::io_context loop;
  std::string fault;
  TaskGroup tasks(loop.get_executor(), [&](const std::string& name, const std::string& what) {
    fault = name + ": " + what;
  });
  tasks.Spawn("broken", Throw());
  EXPECT_EQ(tasks.size(), 1U);
  RunReady(loop);
  EXPECT_EQ(fault, "broken: a bug");
  EXPECT_EQ(tasks.size(), 0U);
}

TEST(TaskGroup, DrainsFalselyWhenATaskDoesNotEndInTime) {
  asio::io_context loop;
  ManualClock clock;
  TaskGroup tasks(loop.get_executor(), [](const auto&, const auto&) {});
  int count = 0;
  tasks.Spawn("slow", SleepAndCount(clock, seconds(100), count));
  EXPECT_FALSE(RunTask(loop, tasks.Drain(std::chrono::milliseconds(10))));
  tasks.CancelAll();
  EXPECT_TRUE(RunTask(loop, tasks.Drain(seconds(5))));
}

Task<void> SleepForEver(Clock& clock) {
  for (;;) co_await clock.Sleep(seconds(1));
}

TEST(TaskGroup, DoesNotCallACancelledTaskAFault) {
  asio::io_context loop;
  ManualClock clock;
  std::string fault;
  TaskGroup tasks(loop.get_executor(), [&](const std::string& name, const std::string& what) {
    fault = name + ": " + what;
  });
  tasks.Spawn("ticker", SleepForEver(clock));
  RunReady(loop);
  tasks.CancelAll();
  RunReady(loop);
  EXPECT_EQ(tasks.size(), 0U);
  EXPECT_EQ(fault, "");
}

TEST(TaskGroup, CancellingATaskTwiceOrAfterItsEndIsHarmless) {
  asio::io_context loop;
  ManualClock clock;
  TaskGroup tasks(loop.get_executor(), [](const auto&, const auto&) {});
  int count = 0;
  const auto cancel = tasks.Spawn("slow", SleepAndCount(clock, seconds(100), count));
  RunReady(loop);
  cancel();
  cancel();
  RunReady(loop);
  EXPECT_EQ(tasks.size(), 0U);
  cancel();
}

TEST(TaskGroup, CancellingFromOutsideTheLoopATaskThatEndsFirstIsHarmless) {
  asio::io_context loop;
  Signal signal(loop.get_executor());
  TaskGroup tasks(loop.get_executor(), [](const auto&, const auto&) {});
  int count = 0;
  tasks.Spawn("waiting", WaitAndCount(signal, count));
  RunReady(loop);
  signal.NotifyAll();
  tasks.CancelAll();
  RunReady(loop);
  EXPECT_EQ(count, 1);
  EXPECT_EQ(tasks.size(), 0U);
}

}  // namespace
}  // namespace nat
