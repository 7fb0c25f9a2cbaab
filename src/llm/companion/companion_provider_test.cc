#include "llm/companion/companion_provider.h"

#include <gtest/gtest.h>

#include "tests/support/companion_talk.h"
#include "tests/support/manual_clock.h"
#include "tests/support/run_task.h"

namespace nat {
namespace {

using Tokens = std::vector<std::string>;

ChatRequest Lonely(Pace pace) {
  ChatRequest request;
  request.messages = {{Role::kUser, "i feel lonely"}};
  request.seed = "s";
  request.pace = pace;
  return request;
}

Task<Tokens> ReadAll(CompanionProvider& provider, ChatRequest request) {
  Tokens tokens;
  auto stream = co_await provider.Open(std::move(request));
  while (stream) {
    auto token = co_await (*stream)->Next();
    if (!token || !*token) break;
    tokens.push_back(**token);
  }
  co_return tokens;
}

std::string Joined(const Tokens& tokens) {
  std::string text;
  for (const std::string& token : tokens) text += token;
  return text;
}

TEST(CompanionProvider, NamesItsSource) {
  ManualClock clock;
  const CompanionProvider provider(clock, ShippedScript());
  EXPECT_EQ(provider.source().provider, "companion");
  EXPECT_EQ(provider.source().model, ShippedScript().version);
}

TEST(CompanionProvider, GivesAllAtOnceWhereNobodyWatches) {
  asio::io_context loop;
  ManualClock clock;
  CompanionProvider provider(clock, ShippedScript());
  const Tokens tokens = RunTask(loop, ReadAll(provider, Lonely(Pace::kAtOnce)));
  ASSERT_EQ(tokens.size(), 1u);
  EXPECT_EQ(tokens[0], Companion(ShippedScript()).Reply(Lonely(Pace::kAtOnce).messages, "s"));
}

TEST(CompanionProvider, SpeaksWordByWordAtAHumanPace) {
  asio::io_context loop;
  ManualClock clock;
  CompanionProvider provider(clock, ShippedScript());
  std::optional<Tokens> tokens;
  auto reading = ReadAll(provider, Lonely(Pace::kHuman));
  asio::co_spawn(loop, std::move(reading),
                 [&](std::exception_ptr, Tokens read) { tokens = std::move(read); });
  RunReady(loop);
  EXPECT_EQ(clock.sleepers(), 1u) << "the first word came at once and the second one waits";
  std::size_t pauses = 0;
  while (!tokens && pauses < 1'000) {
    clock.Advance(limits::kCompanionWordPauseMax);
    RunReady(loop);
    ++pauses;
  }
  ASSERT_TRUE(tokens.has_value());
  EXPECT_EQ(pauses + 1, tokens->size());
  EXPECT_GT(tokens->size(), 10u);
  EXPECT_EQ(Joined(*tokens), Companion(ShippedScript()).Reply(Lonely(Pace::kHuman).messages, "s"));
}

}  // namespace
}  // namespace nat
