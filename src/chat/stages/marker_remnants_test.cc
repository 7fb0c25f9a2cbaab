#include "chat/stages/marker_remnants.h"

#include <gtest/gtest.h>

#include <boost/asio/io_context.hpp>

#include "tests/support/run_task.h"

namespace nat {
namespace {

TEST(MarkerRemnants, StopsASegmentWithASpecialToken) {
  asio::io_context loop;
  MarkerRemnants stage;
  for (const char* text : {"Hello.<|end|>", " <|channel|>analysis", "so </think>", "<channel|>"}) {
    auto verdict = RunTask(loop, stage.Judge(StageInput{text, Direction::kOutput}));
    ASSERT_TRUE(verdict);
    EXPECT_EQ(verdict->kind, Verdict::Kind::kStop) << text;
    EXPECT_EQ(verdict->text, "");
  }
}

TEST(MarkerRemnants, PassesWordsAndQuotedTokens) {
  asio::io_context loop;
  MarkerRemnants stage;
  for (const char* text : {"Three weeks.", " I <3 that", "The token `<|end|>` ends it."}) {
    auto verdict = RunTask(loop, stage.Judge(StageInput{text, Direction::kOutput}));
    ASSERT_TRUE(verdict);
    EXPECT_EQ(verdict->kind, Verdict::Kind::kPass) << text;
  }
}

}  // namespace
}  // namespace nat
