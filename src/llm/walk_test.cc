#include "llm/walk.h"

#include <gtest/gtest.h>

#include <boost/asio/io_context.hpp>

#include "llm/gateway.h"
#include "tests/support/manual_clock.h"
#include "tests/support/run_task.h"
#include "tests/support/scripted_provider.h"

namespace nat {
namespace {

using namespace std::chrono_literals;
using Ending = ScriptedProvider::Ending;
using Script = ScriptedProvider::Script;

Script Says(std::string text) {
  return Script{{std::move(text)}};
}
Script Refuses(ErrorCode code, std::optional<std::chrono::seconds> retry_after = std::nullopt) {
  Script script;
  script.ending = Ending::kRefuses;
  script.error = Error(code, "");
  script.error.retry_after = retry_after;
  return script;
}

// So long that it is clear that it is no marker.
const std::string kLongOpening = "It sounds as if this week asked a great deal of you. And half a";

// What came of a walk.
struct Walked {
  std::optional<Result<OpenedStream>> opened;
  std::function<void()> cancel;
};

class WalkTest : public testing::Test {
 public:
  ~WalkTest() override { EndAll(); }

 protected:
  // Walks and streams refer to the gateway.
  void EndAll() {
    tasks_.CancelAll();
    RunReady(loop_);
    kept_.clear();
    walks_.clear();
  }
  ScriptedProvider& Add(std::string name, std::vector<Script> scripts, ProviderPolicy policy) {
    auto provider = std::make_unique<ScriptedProvider>(std::move(name), std::move(scripts));
    auto& added = *provider;
    entries_.push_back(Gateway::Entry{std::move(provider), policy});
    return added;
  }
  // In the order in which they are asked.
  ScriptedProvider& Add(std::string name, std::vector<Script> scripts) {
    ProviderPolicy policy;
    policy.rank = entries_.size();
    return Add(std::move(name), std::move(scripts), policy);
  }
  // With the companion behind all that were added.
  void Make() {
    Add("companion", {Says("A script speaks.")});
    options_.chance = [] { return 1.0; };
    EndAll();
    gateway_.emplace(Gateway::Parts{clock_, metrics_, log_, tasks_}, std::move(entries_), options_);
  }
  Task<void> Keep(Walk& walk, Walked* walked) {
    auto opened = co_await walk.Open();
    walked->opened.emplace(std::move(opened));
  }
  Walk& Begin(ChatRequest request = ChatRequest()) {
    walks_.push_back(gateway_->Begin(std::move(request), ProviderQueue::OnPlace()));
    return *walks_.back();
  }
  std::shared_ptr<Walked> Start(Walk& walk) {
    auto walked = std::make_shared<Walked>();
    kept_.push_back(walked);
    walked->cancel = tasks_.Spawn("walk", Keep(walk, walked.get()));
    RunReady(loop_);
    return walked;
  }
  std::shared_ptr<Walked> Start() { return Start(Begin()); }
  void Pass(std::chrono::nanoseconds time) {
    clock_.Advance(time);
    RunReady(loop_);
  }
  // Who answers, after at most `time`.
  std::string WhoAnswersWithin(std::chrono::seconds time) {
    const auto walked = Start();
    const auto end = clock_.SteadyNow() + time;
    while (!walked->opened && clock_.SteadyNow() < end) Pass(50ms);
    if (!walked->opened) return "nobody";
    if (!*walked->opened) return walked->opened->error().message;
    auto provider = (*walked->opened)->source.provider;
    walked->opened.reset();
    return provider;
  }
  bool HasMetric(const std::string& line) {
    gateway_->UpdateGauges();
    return metrics_.Render().find("notatherapist_provider_" + line + "\n") != std::string::npos;
  }

  asio::io_context loop_{1};
  ManualClock clock_;
  Metrics metrics_;
  Log log_{LogLevel::kError, "test"};
  TaskGroup tasks_{loop_.get_executor(), [](const auto&, const auto&) {}};
  GatewayOptions options_;
  std::vector<Gateway::Entry> entries_;
  std::optional<Gateway> gateway_;
  std::vector<std::unique_ptr<Walk>> walks_;
  std::vector<std::shared_ptr<Walked>> kept_;
};

TEST_F(WalkTest, AsksAProviderAgainAfterAPauseWhereNobodyElseIs) {
  auto& only = Add("only", {Refuses(ErrorCode::kUnavailable), Says("Here I am.")});
  Make();
  const auto walked = Start();
  EXPECT_FALSE(walked->opened);
  Pass(limits::kRetryPause);
  ASSERT_TRUE(walked->opened);
  ASSERT_TRUE(*walked->opened);
  EXPECT_EQ((*walked->opened)->source.provider, "only");
  EXPECT_FALSE((*walked->opened)->is_last_resort);
  EXPECT_EQ(only.requests().size(), 2U);
  EXPECT_TRUE(HasMetric("retries_total{provider=\"only\"} 1"));
}

TEST_F(WalkTest, AsksTheNextOneAtOnceRatherThanTheSameOneLater) {
  auto& first = Add("first", {Refuses(ErrorCode::kUnavailable)});
  Add("second", {Says("Here I am.")});
  Make();
  const auto walked = Start();
  ASSERT_TRUE(walked->opened);
  EXPECT_EQ((*walked->opened)->source.provider, "second");
  EXPECT_EQ(first.requests().size(), 1U);
}

TEST_F(WalkTest, AsksNobodyMoreOftenThanItMay) {
  auto& first = Add("first", {Refuses(ErrorCode::kUpstream)});
  auto& second = Add("second", {Refuses(ErrorCode::kUpstream)});
  Make();
  EXPECT_EQ(WhoAnswersWithin(20s), "companion");
  EXPECT_EQ(first.requests().size(), limits::kAttemptsPerProviderMax);
  EXPECT_EQ(second.requests().size(), limits::kAttemptsPerProviderMax);
}

TEST_F(WalkTest, DoesNotAskAgainWhatWaitingWillNotMend) {
  for (const auto code :
       {ErrorCode::kUpstreamRefused, ErrorCode::kInvalidInput, ErrorCode::kConnectTimeout}) {
    auto& first = Add("first", {Refuses(code)});
    Make();
    EXPECT_EQ(WhoAnswersWithin(1s), "companion");
    EXPECT_EQ(first.requests().size(), 1U) << TraitsOf(code).word;
    entries_.clear();
  }
}

TEST_F(WalkTest, WaitsAsLongAsItIsAskedTo) {
  auto& only = Add("only", {Refuses(ErrorCode::kRateLimited, 3s), Says("Now.")});
  Make();
  const auto walked = Start();
  Pass(2900ms);
  EXPECT_EQ(only.requests().size(), 1U);
  Pass(1s);
  ASSERT_TRUE(walked->opened);
  EXPECT_EQ((*walked->opened)->source.provider, "only");
}

TEST_F(WalkTest, DoesNotWaitLongerThanThePersonCan) {
  auto& only = Add("only", {Refuses(ErrorCode::kRateLimited, 60s), Says("Now.")});
  Make();
  EXPECT_EQ(WhoAnswersWithin(1s), "companion");
  EXPECT_EQ(WhoAnswersWithin(1s), "companion");
  EXPECT_EQ(only.requests().size(), 1U) << "it is not asked while it asks us to wait";
  Pass(60s);
  EXPECT_EQ(WhoAnswersWithin(1s), "only");
}

TEST_F(WalkTest, AsksAgainDifferentlyAfterAnAnswerWithoutAWord) {
  auto& only = Add("only", {Script{{"<|channel|>analysis<|message|>Hm"}}, Says("Hello.")});
  Make();
  const auto walked = Start();
  ASSERT_TRUE(walked->opened);
  EXPECT_EQ((*walked->opened)->source.provider, "only");
  ASSERT_EQ(only.requests().size(), 2U);
  EXPECT_FALSE(only.requests()[0].reasons_less);
  EXPECT_TRUE(only.requests()[1].reasons_less);
  EXPECT_EQ(only.requests()[1].reply_tokens_max, 2 * only.requests()[0].reply_tokens_max);
}

TEST_F(WalkTest, TakesWhiteSpaceForNoAnswer) {
  Add("blank", {Script{{"\n", " \n"}}});
  Make();
  EXPECT_EQ(WhoAnswersWithin(1s), "companion");
}

TEST_F(WalkTest, CutsTheHistoryOfAConversationThatIsTooLong) {
  auto& only = Add("only", {Refuses(ErrorCode::kContextTooLong), Says("Hello.")});
  Make();
  ChatRequest request;
  for (int count = 0; count < 400; ++count) {
    request.messages.push_back(ChatMessage{Role::kUser, std::string(100, 'x')});
  }
  const auto walked = Start(Begin(std::move(request)));
  ASSERT_TRUE(walked->opened);
  EXPECT_EQ((*walked->opened)->source.provider, "only");
  ASSERT_EQ(only.requests().size(), 2U);
  EXPECT_LT(only.requests()[1].messages.size(), only.requests()[0].messages.size() * 3 / 5);
}

TEST_F(WalkTest, GivesEachProviderOnlyWhatItCanRead) {
  ProviderPolicy small;
  small.context_tokens = 500;
  auto& first = Add("first", {Refuses(ErrorCode::kInvalidInput)}, small);
  ProviderPolicy large;
  large.rank = 1;
  auto& second = Add("second", {Says("Hello.")}, large);
  Make();
  ChatRequest request;
  for (int count = 0; count < 100; ++count) {
    request.messages.push_back(ChatMessage{Role::kUser, std::string(100, 'x')});
  }
  Start(Begin(std::move(request)));
  EXPECT_LE(EstimateRequest(first.requests().at(0)), 500U);
  EXPECT_EQ(second.requests().at(0).messages.size(), 100U);
  EXPECT_EQ(gateway_->context_tokens(), limits::kContextTokensMax);
}

TEST_F(WalkTest, LeavesRoomForTheReplyInAModelsWindow) {
  ProviderPolicy local;
  local.context_tokens = 4096;
  Add("local", {Says("Hello.")}, local);
  const Upstream upstream(clock_, metrics_, log_, std::move(entries_[0].provider), local, options_);
  EXPECT_EQ(upstream.context_tokens(), 4096 - limits::kReplyTokensMax);
  entries_.clear();
}

TEST_F(WalkTest, LearnsWhatAProviderCountsForATokenOfOurs) {
  Script script = Says("Hello.");
  script.usage = Usage{200, 10};
  ProviderPolicy policy;
  policy.price_in = 0.10;
  policy.price_out = 0.50;
  Add("only", {script}, policy);
  Make();
  ChatRequest request;
  request.messages.push_back(ChatMessage{Role::kUser, std::string(329, 'x')});
  ASSERT_EQ(EstimateRequest(request), 100U);
  const auto before = gateway_->context_tokens();
  const auto walked = Start(Begin(request));
  auto& stream = *(*walked->opened)->tokens;
  while (RunTask(loop_, stream.Next())->has_value()) continue;
  EXPECT_EQ(stream.reply_usage().tokens->tokens_in, 200U);
  EXPECT_EQ(stream.reply_usage().cost_billionths, 200 * 100 + 10 * 500);
  EXPECT_TRUE(HasMetric("tokens_total{direction=\"in\",provider=\"only\"} 200"));
  EXPECT_TRUE(HasMetric("tokens_total{direction=\"out\",provider=\"only\"} 10"));
  EXPECT_EQ(before, limits::kContextTokensMax);
}

TEST_F(WalkTest, GoesOnWhereAStreamBreaksBeforeAnythingWasShown) {
  Add("first", {Script{{kLongOpening}, Ending::kBreaks}});
  Add("second", {Says("I am here.")});
  Make();
  auto& walk = Begin();
  const auto first = Start(walk);
  ASSERT_EQ((*first->opened)->source.provider, "first");
  walk.GiveUp(Error(ErrorCode::kUpstream, "broke off"));
  const auto second = Start(walk);
  ASSERT_TRUE(second->opened);
  EXPECT_EQ((*second->opened)->source.provider, "second");
}

TEST_F(WalkTest, LeavesAProviderAloneThatFailsAgainAndAgain) {
  auto& first = Add("first", {Refuses(ErrorCode::kUpstream)});
  Add("second", {Says("Here I am.")});
  Make();
  for (int turn = 0; turn < 10; ++turn) EXPECT_EQ(WhoAnswersWithin(1s), "second");
  EXPECT_EQ(first.requests().size(), limits::kBreakerFailuresInARow);
  EXPECT_TRUE(HasMetric("breaker_state{provider=\"first\"} 2"));
  EXPECT_TRUE(HasMetric("breaker_opened_total{provider=\"first\"} 1"));
  EXPECT_EQ(gateway_->health().at(0).breaker, BreakerState::kOpen);
  Pass(2 * limits::kBreakerPause);
  EXPECT_TRUE(HasMetric("breaker_state{provider=\"first\"} 1"));
  EXPECT_EQ(WhoAnswersWithin(1s), "second");
  EXPECT_EQ(first.requests().size(), limits::kBreakerFailuresInARow + 1) << "one probe";
}

TEST_F(WalkTest, ComesBackToAProviderThatIsWellAgain) {
  std::vector<Script> scripts(limits::kBreakerFailuresInARow, Refuses(ErrorCode::kUpstream));
  scripts.push_back(Says("Better."));
  Add("first", std::move(scripts));
  Add("second", {Says("Here I am.")});
  Make();
  for (int turn = 0; turn < 10; ++turn) EXPECT_EQ(WhoAnswersWithin(1s), "second");
  Pass(2 * limits::kBreakerPause);
  EXPECT_EQ(WhoAnswersWithin(1s), "first");
  EXPECT_TRUE(HasMetric("breaker_state{provider=\"first\"} 0"));
}

TEST_F(WalkTest, KeepsToTheQuotaOfAProviderAndAsksTheNextOne) {
  ProviderPolicy policy;
  policy.quota.requests_per_minute = 15;
  auto& first = Add("first", {Says("Mine.")}, policy);
  ProviderPolicy later;
  later.rank = 1;
  Add("second", {Says("Also mine.")}, later);
  Make();
  for (int turn = 0; turn < 15; ++turn) EXPECT_EQ(WhoAnswersWithin(1s), "first");
  for (int turn = 0; turn < 15; ++turn) EXPECT_EQ(WhoAnswersWithin(1s), "second");
  EXPECT_EQ(first.requests().size(), 15U);
  Pass(1min);
  EXPECT_EQ(WhoAnswersWithin(1s), "first");
}

TEST_F(WalkTest, SharesTurnsAmongEqualsByTheirWeight) {
  ProviderPolicy heavy;
  heavy.weight = 3;
  auto& first = Add("heavy", {Says("Mine.")}, heavy);
  auto& second = Add("light", {Says("Mine.")}, ProviderPolicy());
  Make();
  for (int turn = 0; turn < 40; ++turn) WhoAnswersWithin(1s);
  EXPECT_EQ(first.requests().size(), 30U);
  EXPECT_EQ(second.requests().size(), 10U);
}

TEST_F(WalkTest, AsksTheFreeOneOfTwoEqualsAndWaitsForAProviderThatIsPreferred) {
  ProviderPolicy narrow;
  narrow.quota.concurrency_max = 1;
  Add("narrow", {Says("Mine.")}, narrow);
  Add("equal", {Says("Mine.")}, ProviderPolicy());
  ProviderPolicy later;
  later.rank = 1;
  Add("later", {Says("Mine.")}, later);
  Make();
  const auto holding = Start();
  ASSERT_EQ((*holding->opened)->source.provider, "narrow");
  for (int turn = 0; turn < 4; ++turn) EXPECT_EQ(WhoAnswersWithin(1s), "equal");
  holding->opened.reset();

  Add("preferred", {Says("Mine.")}, narrow);
  Add("later", {Says("Mine.")}, later);
  Make();
  const auto held = Start();
  ASSERT_EQ((*held->opened)->source.provider, "preferred");
  const auto waiting = Start();
  EXPECT_FALSE(waiting->opened);
  held->opened.reset();
  RunReady(loop_);
  ASSERT_TRUE(waiting->opened);
  EXPECT_EQ((*waiting->opened)->source.provider, "preferred");
}

TEST_F(WalkTest, LeavesTimeForThoseAfterASilentProvider) {
  const auto gate = std::make_shared<TokenGate>(loop_.get_executor());
  Add("silent", {Script{{"never"}, Ending::kEnds, gate}});
  Add("also silent", {Script{{"never"}, Ending::kEnds, gate}});
  Add("third", {Says("Here I am.")});
  Make();
  const auto began = clock_.SteadyNow();
  EXPECT_EQ(WhoAnswersWithin(20s), "third");
  EXPECT_LE(clock_.SteadyNow() - began, limits::kFirstTextBudget);
}

class HedgedWalkTest : public WalkTest {
 protected:
  HedgedWalkTest() { options_.hedge_percentile = 95; }
  // So many answers that it is known what is usual.
  void LearnWhatIsUsual() {
    for (std::size_t turn = 0; turn < limits::kResponseTimesNeeded; ++turn) {
      ASSERT_EQ(WhoAnswersWithin(1s), "first");
    }
  }
  std::vector<Script> QuickAndThen(Script script) const {
    std::vector<Script> scripts(limits::kResponseTimesNeeded, Says("Quick."));
    scripts.push_back(std::move(script));
    return scripts;
  }
};

TEST_F(HedgedWalkTest, AsksASecondProviderWhereTheFirstIsSlowerThanUsual) {
  const auto gate = std::make_shared<TokenGate>(loop_.get_executor());
  Add("first", QuickAndThen(Script{{"Slow."}, Ending::kEnds, gate}));
  auto& second = Add("second", {Says("Here I am.")});
  Make();
  LearnWhatIsUsual();
  EXPECT_TRUE(second.requests().empty());
  EXPECT_EQ(WhoAnswersWithin(1s), "second");
  EXPECT_TRUE(HasMetric("hedges_total{provider=\"second\"} 1"));
  EXPECT_TRUE(HasMetric("hedges_won_total{provider=\"second\"} 1"));
  RunReady(loop_);
  EXPECT_TRUE(HasMetric("requests_running{provider=\"first\"} 0")) << "the loser is cancelled";
}

TEST_F(HedgedWalkTest, TakesTheFirstWhereItComesFirstAfterAll) {
  const auto slow = std::make_shared<TokenGate>(loop_.get_executor());
  const auto slower = std::make_shared<TokenGate>(loop_.get_executor());
  Add("first", QuickAndThen(Script{{"Slow."}, Ending::kEnds, slow}));
  Add("second", {Script{{"Slower."}, Ending::kEnds, slower}});
  Make();
  LearnWhatIsUsual();
  const auto walked = Start();
  Pass(1s);
  EXPECT_FALSE(walked->opened);
  slow->OpenUpTo(9);
  RunReady(loop_);
  ASSERT_TRUE(walked->opened);
  EXPECT_EQ((*walked->opened)->source.provider, "first");
  EXPECT_TRUE(HasMetric("requests_running{provider=\"second\"} 0"));
}

TEST_F(HedgedWalkTest, GoesOnWhereBothFail) {
  const auto gate = std::make_shared<TokenGate>(loop_.get_executor());
  Add("first", QuickAndThen(Script{{"never"}, Ending::kEnds, gate}));
  Add("second", {Refuses(ErrorCode::kUpstreamRefused)});
  Make();
  LearnWhatIsUsual();
  EXPECT_EQ(WhoAnswersWithin(20s), "companion");
}

TEST_F(HedgedWalkTest, EndsBothWhereTheTurnIsStopped) {
  const auto gate = std::make_shared<TokenGate>(loop_.get_executor());
  Add("first", QuickAndThen(Script{{"never"}, Ending::kEnds, gate}));
  Add("second", {Script{{"never"}, Ending::kEnds, gate}});
  Make();
  LearnWhatIsUsual();
  const auto walked = Start();
  Pass(1s);
  walked->cancel();
  RunReady(loop_);
  EXPECT_TRUE(HasMetric("requests_running{provider=\"first\"} 0"));
  EXPECT_TRUE(HasMetric("requests_running{provider=\"second\"} 0"));
  EXPECT_EQ(tasks_.size(), 0U);
}

}  // namespace
}  // namespace nat
