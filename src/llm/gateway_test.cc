#include "llm/gateway.h"

#include <gtest/gtest.h>

#include <boost/asio/io_context.hpp>

#include "tests/support/manual_clock.h"
#include "tests/support/run_task.h"
#include "tests/support/scripted_provider.h"

namespace nat {
namespace {

using Ending = ScriptedProvider::Ending;

class GatewayTest : public testing::Test {
 protected:
  void Add(std::string name, ScriptedProvider::Script script) {
    providers_.emplace_back();
    providers_.back().provider =
        std::make_unique<ScriptedProvider>(std::move(name), std::move(script));
  }
  Gateway& Make() {
    // Retries are walk_test's.
    GatewayOptions options;
    options.attempts_max = 1;
    gateway_.emplace(Gateway::Parts{clock_, metrics_, log_, tasks_}, std::move(providers_),
                     options);
    return *gateway_;
  }
  std::string ReadAll(TokenStream& tokens) {
    std::string text;
    for (;;) {
      auto token = RunTask(loop_, tokens.Next());
      if (!token || !token->has_value()) return text;
      text += **token;
    }
  }

  asio::io_context loop_{1};
  ManualClock clock_;
  Metrics metrics_;
  Log log_{LogLevel::kError, "test"};
  TaskGroup tasks_{loop_.get_executor(), [](const auto&, const auto&) {}};
  std::vector<Gateway::Entry> providers_;
  std::optional<Gateway> gateway_;
};

// The first stream of a walk of its own, which lives as long as the task.
Task<Result<OpenedStream>> Open(Gateway& gateway) {
  const auto walk = gateway.Begin(ChatRequest(), ProviderQueue::OnPlace());
  auto opened = co_await walk->Open();
  co_return opened;
}

Task<void> Keep(Task<Result<OpenedStream>> task, std::optional<Result<OpenedStream>>& kept) {
  auto result = co_await std::move(task);
  kept.emplace(std::move(result));
}

TEST_F(GatewayTest, GivesTheErrorOfTheLastWhenNobodyAnswers) {
  Add("first", {{}, Ending::kRefuses});
  Add("second", {{}, Ending::kBreaks});
  auto opened = RunTask(loop_, Open(Make()));
  ASSERT_FALSE(opened);
  EXPECT_EQ(opened.error().message, "broke off");
}

TEST_F(GatewayTest, GoesOnWhenAnAnswerHoldsNothingVisible) {
  Add("thinks", {{"<|channel|>analysis<|message|>We need to", " think"}});
  Add("empty", {{}});
  Add("speaks", {{"Hello", " there."}});
  auto opened = RunTask(loop_, Open(Make()));
  ASSERT_TRUE(opened);
  EXPECT_EQ(opened->source.provider, "speaks");
  EXPECT_TRUE(opened->is_last_resort);
  EXPECT_EQ(ReadAll(*opened->tokens), "Hello there.");
}

TEST_F(GatewayTest, DoesNotCallTheOnlyProviderALastResort) {
  Add("only", {{"Hello."}});
  auto opened = RunTask(loop_, Open(Make()));
  ASSERT_TRUE(opened);
  EXPECT_FALSE(opened->is_last_resort);
}

TEST_F(GatewayTest, NeverChangesTheProviderAfterTheFirstVisibleText) {
  Add("breaks",
      {{"It sounds as if this week asked a great deal of you. And half a"}, Ending::kBreaks});
  Add("second", {{"Something else."}});
  auto opened = RunTask(loop_, Open(Make()));
  ASSERT_TRUE(opened);
  EXPECT_EQ(opened->source.provider, "breaks");
  const auto first = RunTask(loop_, opened->tokens->Next());
  ASSERT_TRUE(first);
  auto next = RunTask(loop_, opened->tokens->Next());
  while (next && next->has_value()) next = RunTask(loop_, opened->tokens->Next());
  EXPECT_FALSE(next);
}

TEST_F(GatewayTest, LeavesASilentProviderInTimeForTheLastResort) {
  auto gate = std::make_shared<TokenGate>(loop_.get_executor());
  Add("silent", {{"never"}, Ending::kEnds, gate});
  Add("companion", {{"Here."}});
  std::optional<Result<OpenedStream>> kept;
  tasks_.Spawn("open", Keep(Open(Make()), kept));
  RunReady(loop_);
  clock_.Advance(limits::kFirstTokenTimeout - std::chrono::seconds(1));
  RunReady(loop_);
  EXPECT_FALSE(kept.has_value());
  clock_.Advance(std::chrono::seconds(1));
  RunReady(loop_);
  ASSERT_TRUE(kept.has_value());
  ASSERT_TRUE(*kept);
  EXPECT_EQ((*kept)->source.provider, "companion");
  EXPECT_NE(metrics_.Render().find("error=\"first_token_timeout\",provider=\"silent\"} 1"),
            std::string::npos);
}

TEST_F(GatewayTest, AsksNobodyElseOnceItWasCancelled) {
  auto gate = std::make_shared<TokenGate>(loop_.get_executor());
  Add("silent", {{"never"}, Ending::kEnds, gate});
  Add("companion", {{"Here."}});
  std::optional<Result<OpenedStream>> kept;
  const auto cancel = tasks_.Spawn("open", Keep(Open(Make()), kept));
  RunReady(loop_);
  cancel();
  RunReady(loop_);
  EXPECT_TRUE(!kept.has_value() || !*kept) << "a cancelled opening must not give a stream";
  EXPECT_EQ(tasks_.size(), 0U);
}

}  // namespace
}  // namespace nat
