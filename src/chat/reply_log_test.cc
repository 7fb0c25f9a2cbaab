#include "chat/reply_log.h"

#include <gtest/gtest.h>

#include <boost/asio/io_context.hpp>

#include "tests/support/run_task.h"

namespace nat {
namespace {

Task<int> CountChangesUntilClosed(ReplyLog& log) {
  int changes = 0;
  while (!log.is_closed()) {
    co_await log.WaitForChange();
    ++changes;
  }
  co_return changes;
}

Task<void> Keep(Task<int> task, int& value) {
  value = co_await std::move(task);
}

TEST(ReplyLog, NumbersItsEventsFromOneWithoutAGap) {
  asio::io_context loop;
  ReplyLog log(loop.get_executor());
  EXPECT_EQ(log.next_number(), 1U);
  log.Append("turn", "{}");
  log.Append("text", "{\"text\":\"a\"}");
  EXPECT_EQ(log.last_number(), 2U);
  EXPECT_EQ(log.At(1).name, "turn");
  EXPECT_EQ(log.At(2).number, 2U);
}

TEST(ReplyLog, WakesItsReadersForEveryAppendAndForTheEnd) {
  asio::io_context loop;
  ReplyLog log(loop.get_executor());
  TaskGroup tasks(loop.get_executor(), [](const auto&, const auto&) {});
  int changes = 0;
  tasks.Spawn("reader", Keep(CountChangesUntilClosed(log), changes));
  RunReady(loop);
  log.Append("turn", "{}");
  RunReady(loop);
  log.Close();
  RunReady(loop);
  EXPECT_EQ(changes, 2);
}

TEST(ReplyLogDeathTest, NothingFollowsItsEnd) {
  asio::io_context loop;
  ReplyLog log(loop.get_executor());
  log.Close();
  EXPECT_DEATH(log.Append("text", "{}"), "is_closed");
}

}  // namespace
}  // namespace nat
