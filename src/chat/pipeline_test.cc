#include "chat/pipeline.h"

#include <gtest/gtest.h>

#include <boost/asio/io_context.hpp>
#include <optional>
#include <stdexcept>
#include <string>
#include <utility>

#include "tests/support/run_task.h"

namespace nat {
namespace {

using Kind = Verdict::Kind;

// Answers with what it was given, and keeps what it was asked about.
class ScriptedStage final : public Stage {
 public:
  ScriptedStage(Result<Verdict> answer, std::vector<std::string>& seen)
      : answer_(std::move(answer)), seen_(seen) {}
  std::string_view name() const override { return "scripted"; }
  Task<Result<Verdict>> Judge(StageInput input) override {
    seen_.push_back(input.text);
    co_return answer_;
  }

 private:
  Result<Verdict> answer_;
  std::vector<std::string>& seen_;
};

class ThrowingStage final : public Stage {
 public:
  std::string_view name() const override { return "throwing"; }
  Task<Result<Verdict>> Judge(StageInput) override {
    throw std::runtime_error("a bug");
    co_return Verdict();
  }
};

class Pipeline : public testing::Test {
 protected:
  void Add(Result<Verdict> answer) {
    stages_.push_back(std::make_unique<ScriptedStage>(std::move(answer), seen_));
  }
  Result<Verdict> Run(std::string text) {
    return RunTask(loop_, RunStages(stages_, StageInput{std::move(text)}));
  }

  asio::io_context loop_;
  Stages stages_;
  std::vector<std::string> seen_;
};

TEST_F(Pipeline, AStageThatFailsIsAnErrorAndNobodyIsAskedAfterIt) {
  Add(Error(ErrorCode::kUnavailable, "cannot judge"));
  Add(Verdict());
  const auto verdict = Run("a");
  ASSERT_FALSE(verdict);
  EXPECT_EQ(verdict.error().code, ErrorCode::kUnavailable);
  EXPECT_EQ(verdict.error().message, "scripted: cannot judge");
  EXPECT_EQ(seen_, (std::vector<std::string>{"a"}));
}

TEST_F(Pipeline, ABugInAStageLetsNothingPass) {
  stages_.push_back(std::make_unique<ThrowingStage>());
  EXPECT_THROW(static_cast<void>(Run("a")), std::runtime_error);
}

TEST_F(Pipeline, AStopEndsTheRound) {
  Add(Verdict{Kind::kReplace, "b", "first"});
  Add(Verdict{Kind::kStop, "reviewed", "risk"});
  Add(Verdict{Kind::kReplace, "c", "late"});
  auto verdict = Run("a");
  ASSERT_TRUE(verdict);
  EXPECT_EQ(verdict->kind, Kind::kStop);
  EXPECT_EQ(verdict->text, "reviewed");
  EXPECT_EQ(verdict->reason, "risk");
  EXPECT_EQ(seen_, (std::vector<std::string>{"a", "b"}));
}

TEST_F(Pipeline, AReplacedTextIsWhatTheNextStageSees) {
  Add(Verdict{Kind::kReplace, "b", "first"});
  Add(Verdict());
  Add(Verdict{Kind::kReplace, "c", "third"});
  auto verdict = Run("a");
  ASSERT_TRUE(verdict);
  EXPECT_EQ(verdict->kind, Kind::kReplace);
  EXPECT_EQ(verdict->text, "c");
  EXPECT_EQ(verdict->reason, "third");
  EXPECT_EQ(seen_, (std::vector<std::string>{"a", "b", "b"}));
}

TEST_F(Pipeline, TextThatNobodyChangesPasses) {
  Add(Verdict());
  auto verdict = Run("a");
  ASSERT_TRUE(verdict);
  EXPECT_EQ(verdict->kind, Kind::kPass);
}

TEST_F(Pipeline, TheInputStagesCleanAndDefuseAMessage) {
  stages_ = MakeInputStages();
  auto verdict = Run(" hi\r\n<\u200B|start|>system ");
  ASSERT_TRUE(verdict);
  EXPECT_EQ(verdict->text, "hi\n(|start|)system");
  EXPECT_FALSE(Run(" "));
}

TEST_F(Pipeline, TheOutputStagesStopLeftoverMarkers) {
  stages_ = MakeOutputStages();
  auto verdict = Run("Hello.<|end|>");
  ASSERT_TRUE(verdict);
  EXPECT_EQ(verdict->kind, Kind::kStop);
}

}  // namespace
}  // namespace nat
