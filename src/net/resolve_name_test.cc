#include "net/resolve_name.h"

#include <gtest/gtest.h>

#include <boost/asio/io_context.hpp>

#include "tests/support/run_task.h"

namespace nat {
namespace {

TEST(ResolveBySystem, SaysThatANameIsUnknown) {
  asio::io_context loop;
  auto found = RunTask(loop, ResolveBySystem("no-such-host.invalid"));
  ASSERT_FALSE(found);
  EXPECT_EQ(found.error().code, ErrorCode::kUpstream);
}

TEST(ResolveBySystem, FindsThisMachine) {
  asio::io_context loop;
  auto found = RunTask(loop, ResolveBySystem("localhost"));
  ASSERT_TRUE(found) << found.error().message;
  EXPECT_TRUE(found->front().is_loopback());
}

}  // namespace
}  // namespace nat
