// What is special about each kind of model server stays between the service and it: people see the
// same.
#include <gmock/gmock.h>

#include "tests/support/flow.h"

namespace nat::testing {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::Ne;

class ModelServers : public Flow {
 protected:
  void UseAnthropic() {
    UseModel();
    auto& provider = config_.providers.back();
    provider.kind = "anthropic";
    provider.name = "claude";
    provider.model = "claude-haiku-4-5";
    provider.headers = {{"anthropic-beta", "something"}};
    provider.policy.price_in = 1;
    provider.policy.price_out = 5;
  }
  static const json::object& SourceOf(const json::object& turn) {
    return turn.at("source").as_object();
  }
};

TEST_F(ModelServers, AreReadyForTheFirstMessageOnceTheServiceHasStarted) {
  UseModel();
  model().Answer(StreamedReply(kWholeReply));
  Start();
  ASSERT_TRUE(Eventually([&] { return model().connections() == 1; }));
  EXPECT_EQ(model().requests().size(), 0U);
  auto browser = Browser();
  Converse(browser, "Hello.");
  EXPECT_EQ(model().requests().size(), 1U);
  EXPECT_EQ(model().connections(), 1U);
}

TEST_F(ModelServers, OfAnthropicAreAskedInTheirOwnWay) {
  UseAnthropic();
  model().Answer(FixtureAnswer("anthropic.sse"));
  Start();
  auto browser = Browser();
  const auto turn = Converse(browser, "I cannot sleep.");
  EXPECT_EQ(TextAt(turn, "text"), "That sounds exhausting.");
  EXPECT_EQ(TextAt(SourceOf(turn), "provider"), "claude");
  EXPECT_EQ(TextAt(SourceOf(turn), "model"), "claude-haiku-4-5");
  ASSERT_EQ(model().requests().size(), 1U);
  const auto sent = model().requests()[0];
  EXPECT_EQ(sent.method, "POST");
  EXPECT_EQ(sent.target, "/v1/messages");
  EXPECT_EQ(sent.headers.at("x-api-key"), "a-key-of-the-test");
  EXPECT_EQ(sent.headers.at("anthropic-version"), "2023-06-01");
  EXPECT_EQ(sent.headers.at("anthropic-beta"), "something");
  EXPECT_FALSE(sent.headers.contains("authorization"));
  EXPECT_THAT(TextAt(sent.json.as_object(), "system"), Ne(""));
  EXPECT_THAT(MessagesOf(sent), ElementsAre("user: I cannot sleep."));
}

TEST_F(ModelServers, OfAnthropicAreToldTheConversationAndWhatTheyCost) {
  config_.shows_usage = true;
  UseAnthropic();
  model().Answer(FixtureAnswer("anthropic.sse"));
  Start();
  auto browser = Browser();
  const auto first = Converse(browser, "I cannot sleep.");
  const auto turn = Converse(browser, "For a week.", TextAt(first, "conversation_id"));
  EXPECT_THAT(MessagesOf(model().requests().at(1)),
              ElementsAre("user: I cannot sleep.", "assistant: That sounds exhausting.",
                          "user: For a week."));
  ASSERT_TRUE(turn.contains("usage"));
  const auto& usage = turn.at("usage").as_object();
  EXPECT_EQ(usage.at("tokens_in").to_number<int>(), 41);
  EXPECT_EQ(usage.at("tokens_out").to_number<int>(), 12);
  EXPECT_DOUBLE_EQ(usage.at("cost").to_number<double>(), 0.000101);
}

TEST_F(ModelServers, OfAnthropicTakeTheKeyAsTheOperatorSays) {
  UseAnthropic();
  config_.providers.back().auth = "bearer";
  model().Answer(FixtureAnswer("anthropic.sse"));
  Start();
  auto browser = Browser();
  Converse(browser, "Hello.");
  const auto sent = model().requests().at(0);
  EXPECT_EQ(sent.headers.at("authorization"), "Bearer a-key-of-the-test");
  EXPECT_FALSE(sent.headers.contains("x-api-key"));
}

TEST_F(ModelServers, OfAnthropicThatFailAreReplacedByTheNext) {
  FakeUpstream second;
  second.Answer(StreamedReply(kWholeReply));
  UseAnthropic();
  config_.providers.push_back(ProviderAt(second, "second"));
  config_.gateway.options.attempts_max = 1;
  Start();
  for (const auto& [fixture, status] :
       {std::pair("anthropic_overloaded.json", 529), std::pair("anthropic_too_large.json", 413),
        std::pair("anthropic_thinking_only.sse", 200), std::pair("anthropic_credit.json", 400)}) {
    const auto answer = FixtureAnswer(fixture, status);
    model().AnswerWith([answer](const FakeRequest&) { return answer; });
    auto browser = Browser();
    const auto turn = Converse(browser, "Hello.");
    EXPECT_EQ(TextAt(SourceOf(turn), "provider"), "second") << fixture;
    EXPECT_EQ(TextAt(turn, "text"), kWholeReply) << fixture;
  }
  EXPECT_GE(model().requests().size(), 4U);
}

TEST_F(ModelServers, OfAnthropicAreToldHowToCarryOnInThePersonsTurn) {
  UseAnthropic();
  auto broken = StreamOf({AnthropicTextEvent(kSentences[0]), AnthropicTextEvent("The second")});
  broken.ending = FakeEnding::kReset;
  model().Answer(broken);
  model().Answer(FixtureAnswer("anthropic.sse"));
  Start();
  auto browser = Browser();
  const auto turn = Converse(browser, "Hello.");
  EXPECT_EQ(TextAt(turn, "status"), "interrupted");
  const auto more =
      browser.Post("/api/turns", json::object{{"continue_of", TextAt(turn, "message_id")}}).Json();
  const auto rest = WaitForEnd(browser, TextAt(more, "turn_id"));
  EXPECT_EQ(TextAt(rest, "text"), "That sounds exhausting.");
  const auto sent = MessagesOf(model().requests().back());
  ASSERT_EQ(sent.size(), 3U);
  EXPECT_EQ(sent[1], "assistant: " + TextAt(turn, "text"));
  EXPECT_THAT(sent[2], HasSubstr("user: <system>"));
}

}  // namespace
}  // namespace nat::testing
