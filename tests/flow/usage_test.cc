// What a reply took is told with its turn to those who asked for it, and to nobody else.
#include <gmock/gmock.h>

#include <boost/json/serialize.hpp>

#include "tests/support/flow.h"
#include "tests/support/free_port.h"
#include "tests/support/metrics_page.h"

namespace nat::testing {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

// StreamedReply counts 20 tokens in and 10 out, so that a reply costs 20 * 3 + 10 * 7.5 millionths.
constexpr double kPriceIn = 3.0;
constexpr double kPriceOut = 7.5;
constexpr double kCost = 0.000135;

const std::vector<std::string> kFields = {"tokens_in", "tokens_out", "cost", "first_token_ms",
                                          "reply_ms"};

class Usage : public Flow {
 protected:
  void UsePricedModel() {
    UseModel();
    config_.providers.back().policy.price_in = kPriceIn;
    config_.providers.back().policy.price_out = kPriceOut;
  }
  void StartShowing() {
    config_.shows_usage = true;
    Start();
  }
  static json::object UsageOf(const json::object& turn) {
    const auto* usage = turn.if_contains("usage");
    EXPECT_TRUE(usage != nullptr && usage->is_object()) << json::serialize(turn);
    return usage != nullptr && usage->is_object() ? usage->get_object() : json::object();
  }
  static double NumberAt(const json::object& object, const std::string& name) {
    const auto* value = object.if_contains(name);
    EXPECT_TRUE(value != nullptr && value->is_number())
        << name << " in " << json::serialize(object);
    return value != nullptr && value->is_number() ? value->to_number<double>() : -1;
  }
  static void ExpectPriced(const json::object& usage) {
    EXPECT_EQ(usage.size(), kFields.size()) << json::serialize(usage);
    EXPECT_EQ(NumberAt(usage, "tokens_in"), 20);
    EXPECT_EQ(NumberAt(usage, "tokens_out"), 10);
    EXPECT_DOUBLE_EQ(NumberAt(usage, "cost"), kCost);
    EXPECT_GE(NumberAt(usage, "first_token_ms"), 0);
    EXPECT_GE(NumberAt(usage, "reply_ms"), NumberAt(usage, "first_token_ms"));
  }
};

TEST_F(Usage, IsToldAsTheModelCountedItAndAsTheOperatorPricedIt) {
  UsePricedModel();
  model().Answer(StreamedReply(kWholeReply));
  StartShowing();
  auto browser = Browser();
  const auto turn = Converse(browser, "Hello.");
  ExpectPriced(UsageOf(turn));
  // It is stored with the turn, also what is no whole number.
  const auto before = json::serialize(UsageOf(turn));
  Restart();
  browser.MoveTo(port());
  const auto again = browser.Get("/api/turns/" + TextAt(turn, "turn_id")).Json();
  EXPECT_EQ(json::serialize(UsageOf(again)), before);
}

TEST_F(Usage, IsOnlyTimesWhereTheModelDoesNotCount) {
  UsePricedModel();
  model().Answer(StreamOf({ContentEvent(kWholeReply), FinishEvent("stop"), kDoneEvent}));
  StartShowing();
  auto browser = Browser();
  const auto turn = Converse(browser, "Hello.");
  for (const bool is_after_restart : {false, true}) {
    if (is_after_restart) Restart();
    browser.MoveTo(port());
    const auto usage = UsageOf(browser.Get("/api/turns/" + TextAt(turn, "turn_id")).Json());
    EXPECT_EQ(usage.size(), 2U) << json::serialize(usage);
    EXPECT_GE(NumberAt(usage, "reply_ms"), NumberAt(usage, "first_token_ms"));
  }
}

TEST_F(Usage, OfAReplyThatBrokeOffIsItsTimes) {
  UsePricedModel();
  auto broken = StreamOf({ContentEvent(kSentences[0]), ContentEvent(kSentences[1])});
  broken.ending = FakeEnding::kReset;
  model().Answer(broken);
  StartShowing();
  auto browser = Browser();
  const auto turn = Converse(browser, "Hello.");
  EXPECT_EQ(TextAt(turn, "status"), "interrupted");
  EXPECT_EQ(UsageOf(turn).size(), 2U);
}

TEST_F(Usage, IsNotThereBeforeAnybodyHasAnswered) {
  UsePricedModel();
  model().Answer(HeldReply());
  StartShowing();
  auto browser = Browser();
  const auto turn = Send(browser, "Hello.");
  EXPECT_FALSE(browser.Get("/api/turns/" + TextAt(turn, "turn_id")).Json().contains("usage"));
  gate().OpenForGood();
  EXPECT_TRUE(WaitForEnd(browser, TextAt(turn, "turn_id")).contains("usage"));
}

TEST_F(Usage, IsOfTheOneWhoAnsweredAndNotOfTheOneWhoFailed) {
  FakeUpstream second;
  second.Answer(StreamedReply(kWholeReply));
  model().Answer(StreamOf({ContentEvent("Well, I")}));
  UsePricedModel();
  config_.providers.push_back(ProviderAt(second, "second"));
  StartShowing();
  auto browser = Browser();
  const auto turn = Converse(browser, "Hello.");
  EXPECT_EQ(TextAt(turn.at("source").as_object(), "provider"), "second");
  const auto usage = UsageOf(turn);
  EXPECT_EQ(NumberAt(usage, "tokens_out"), 10);
  EXPECT_EQ(NumberAt(usage, "cost"), 0);
}

TEST_F(Usage, IsAlsoOfTheCompanionWhichCountsNoTokensAndCostsNothing) {
  StartShowing();
  auto browser = Browser();
  const auto usage = UsageOf(Converse(browser, "Hello."));
  EXPECT_FALSE(usage.contains("tokens_in"));
  EXPECT_FALSE(usage.contains("cost"));
}

// Everything that is answered about a turn, by each way there is to ask.
std::vector<std::string> AnswersAbout(HttpPeer& browser, const json::object& turn) {
  const auto path = "/api/turns/" + TextAt(turn, "turn_id");
  const auto conversation = "/api/conversations/" + TextAt(turn, "conversation_id");
  std::vector<std::string> answers;
  for (const auto& target : {path, conversation, conversation + "/messages"}) {
    const auto answer = browser.Get(target);
    EXPECT_EQ(answer.status, 200) << target;
    answers.push_back(answer.body);
  }
  std::string events;
  for (const auto& event : browser.Follow(path + "/events").ReadToEnd()) {
    events += event.name + json::serialize(event.fields);
  }
  answers.push_back(events);
  answers.push_back(browser.Post("/chat", json::object{{"message", "And?"}}).body);
  answers.push_back(browser.Delete(path).body);
  return answers;
}

TEST_F(Usage, IsInNoAnswerWhereTheOperatorDoesNotShowIt) {
  UsePricedModel();
  model().Answer(StreamedReply(kWholeReply));
  Start();
  auto browser = Browser();
  const auto turn = Converse(browser, "Hello.");
  for (const auto& answer : AnswersAbout(browser, turn)) {
    EXPECT_THAT(answer, Not(HasSubstr("\"usage\"")));
    for (const auto& field : kFields) EXPECT_THAT(answer, Not(HasSubstr("\"" + field + "\"")));
  }
  // It would be found: it was kept, and is there once it may be shown.
  Stop();
  StartShowing();
  browser.MoveTo(port());
  const auto shown = AnswersAbout(browser, turn).front();
  for (const auto& field : kFields) EXPECT_THAT(shown, HasSubstr("\"" + field + "\""));
}

TEST_F(Usage, IsSummedUpInTheMetrics) {
  config_.metrics_port = FreePort();
  UsePricedModel();
  model().Answer(StreamedReply(kWholeReply));
  Start();
  auto browser = Browser();
  for (int reply = 0; reply < 3; ++reply) Converse(browser, "Hello.");
  ASSERT_NE(app_->metrics_port(), 0);
  const auto page = ReadMetrics(app_->metrics_port());
  const auto sum = [&page](const std::string& name, MetricsPage::Labels labels) {
    labels["provider"] = "model";
    return page.Sum("notatherapist_provider_" + name, labels);
  };
  EXPECT_EQ(sum("tokens_total", {{"direction", "in"}}), 60);
  EXPECT_EQ(sum("tokens_total", {{"direction", "out"}}), 30);
  EXPECT_NEAR(sum("cost_total", {}), 3 * kCost, 1e-9);
}

}  // namespace
}  // namespace nat::testing
