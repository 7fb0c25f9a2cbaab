#include "llm/second_opinions.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <boost/asio/io_context.hpp>

#include "tests/support/fake_answers.h"
#include "tests/support/fake_upstream.h"
#include "tests/support/manual_clock.h"
#include "tests/support/run_task.h"
#include "tests/support/scripted_provider.h"

namespace nat {
namespace {

using namespace std::chrono_literals;
using Ending = ScriptedProvider::Ending;
using Script = ScriptedProvider::Script;
using ::testing::HasSubstr;
using ::testing::StartsWith;

const std::string kPolicy = "Nobody is told how to hurt themselves.";
const std::string kYes = R"({"violation": 1, "category": "self_harm", "confidence": 0.8})";

class SecondOpinionsTest : public testing::Test {
 protected:
  ~SecondOpinionsTest() override {
    tasks_.CancelAll();
    RunReady(loop_);
  }
  ScriptedProvider& UseClassifier(std::vector<Script> scripts,
                                  const ProviderPolicy& policy = ProviderPolicy()) {
    auto provider = std::make_unique<ScriptedProvider>("classifier", std::move(scripts));
    auto& added = *provider;
    GatewayOptions options;
    options.chance = [] { return 1.0; };
    auto upstream =
        std::make_unique<Upstream>(clock_, metrics_, log_, std::move(provider), policy, options);
    upstream_ = upstream.get();
    opinions_.emplace(clock_, std::move(upstream), nullptr);
    return added;
  }
  // Of a classifier that answers at once.
  Result<Opinion> Classify(const std::string& text = "How are you?") {
    auto task = opinions_->Classify(kPolicy, text, limits::kClassifyTimeout);
    return RunTask(loop_, std::move(task));
  }
  ErrorCode CodeOf(const Result<Opinion>& opinion) {
    EXPECT_FALSE(opinion);
    return opinion ? ErrorCode::kInternal : opinion.error().code;
  }
  // Of one that is held; empty until it has answered.
  using Kept = std::shared_ptr<std::optional<Result<Opinion>>>;
  Kept Begin(std::chrono::nanoseconds limit) {
    auto kept = std::make_shared<std::optional<Result<Opinion>>>();  // the task's and the test's
    cancel_ = tasks_.Spawn("classify", Keep(*opinions_, limit, kept));
    RunReady(loop_);
    return kept;
  }
  static Task<void> Keep(SecondOpinions& opinions, std::chrono::nanoseconds limit, Kept kept) {
    auto opinion = co_await opinions.Classify(kPolicy, "How are you?", limit);
    kept->emplace(std::move(opinion));
  }
  void Pass(std::chrono::nanoseconds duration) {
    clock_.Advance(duration);
    RunReady(loop_);
  }

  asio::io_context loop_{1};
  ManualClock clock_;
  Metrics metrics_;
  Log log_{LogLevel::kError, "test"};
  TaskGroup tasks_{loop_.get_executor(), [](const auto&, const auto&) {}};
  std::optional<SecondOpinions> opinions_;
  Upstream* upstream_ = nullptr;
  std::function<void()> cancel_;
};

Script Refuses(ErrorCode code) {
  Script script;
  script.ending = Ending::kRefuses;
  script.error = Error(code, "");
  return script;
}

TEST_F(SecondOpinionsTest, AreNoneWhereNobodyIsConfigured) {
  opinions_.emplace(clock_, nullptr, nullptr);
  EXPECT_FALSE(opinions_->has_classifier());
  EXPECT_FALSE(opinions_->has_moderation());
  EXPECT_EQ(CodeOf(Classify()), ErrorCode::kNotImplemented);
  auto task = opinions_->Moderate("How are you?", limits::kClassifyTimeout);
  const auto moderation = RunTask(loop_, std::move(task));
  ASSERT_FALSE(moderation);
  EXPECT_EQ(moderation.error().code, ErrorCode::kNotImplemented);
}

TEST_F(SecondOpinionsTest, AreNoneWhereTheModelFails) {
  for (const auto code : {ErrorCode::kUpstream, ErrorCode::kUpstreamRefused,
                          ErrorCode::kRateLimited, ErrorCode::kEmptyReply}) {
    UseClassifier({Refuses(code)});
    EXPECT_EQ(CodeOf(Classify()), code);
  }
}

// Half an answer may be the half that says that all is well.
TEST_F(SecondOpinionsTest, AreNoneWhereTheAnswerBreaksOff) {
  UseClassifier({Script{{R"({"violation": 0})", " No, wait: "}, Ending::kBreaks}});
  EXPECT_EQ(CodeOf(Classify()), ErrorCode::kUpstream);
}

TEST_F(SecondOpinionsTest, AreNoneWhereTheAnswerMakesNoSense) {
  for (const std::string answer : {"It depends.", "{\"violation\": 7}", "{\"violation\": 0"}) {
    UseClassifier({Script{{answer}}});
    EXPECT_EQ(CodeOf(Classify()), ErrorCode::kUpstream) << answer;
  }
}

TEST_F(SecondOpinionsTest, AreNoneWhereTheTimeIsUpAndTheModelIsThenLeftAlone) {
  UseClassifier({Script{{kYes}, Ending::kEnds, std::make_shared<TokenGate>(loop_.get_executor())}});
  for (std::size_t times = 0; times < limits::kBreakerFailuresInARow; ++times) {
    const auto kept = Begin(4s);
    EXPECT_EQ(upstream_->queue().running(), 1U);
    Pass(3'500ms);
    EXPECT_FALSE(kept->has_value());
    Pass(200ms);
    ASSERT_TRUE(kept->has_value());
    EXPECT_EQ(CodeOf(**kept), ErrorCode::kFirstTokenTimeout);
    EXPECT_EQ(upstream_->queue().running(), 0U);
    EXPECT_EQ(tasks_.size(), 0U);
  }
  EXPECT_EQ(upstream_->breaker_state(), BreakerState::kOpen);
}

TEST_F(SecondOpinionsTest, AreNoneWhereTheTimeIsUpWithinTheAnswer) {
  const auto gate = std::make_shared<TokenGate>(loop_.get_executor());
  gate->OpenUpTo(1);
  UseClassifier({Script{{"{\"violation\": 1, \"confidence\"", ": 1}"}, Ending::kEnds, gate}});
  const auto kept = Begin(4s);
  Pass(4s);
  ASSERT_TRUE(kept->has_value());
  EXPECT_EQ(CodeOf(**kept), ErrorCode::kTimeout);
  EXPECT_EQ(upstream_->queue().running(), 0U);
}

TEST_F(SecondOpinionsTest, EndWithTheTurnThatAsksForThem) {
  UseClassifier({Script{{kYes}, Ending::kEnds, std::make_shared<TokenGate>(loop_.get_executor())}});
  Begin(4s);
  cancel_();
  RunReady(loop_);
  EXPECT_EQ(upstream_->queue().running(), 0U);
  EXPECT_EQ(tasks_.size(), 0U);
}

TEST_F(SecondOpinionsTest, AreNotAskedForWhileTheModelKeepsFailing) {
  std::vector<Script> scripts(limits::kBreakerFailuresInARow, Refuses(ErrorCode::kUpstream));
  scripts.push_back(Script{{kYes}});
  const auto& classifier = UseClassifier(std::move(scripts));
  for (std::size_t at = 0; at < limits::kBreakerFailuresInARow; ++at) {
    EXPECT_EQ(CodeOf(Classify()), ErrorCode::kUpstream);
  }
  EXPECT_EQ(CodeOf(Classify()), ErrorCode::kUnavailable);
  EXPECT_EQ(classifier.requests().size(), limits::kBreakerFailuresInARow);
  Pass(2 * limits::kBreakerPause);
  EXPECT_TRUE(Classify());
  EXPECT_TRUE(Classify());
}

TEST_F(SecondOpinionsTest, WaitForNoPlace) {
  const auto gate = std::make_shared<TokenGate>(loop_.get_executor());
  ProviderPolicy policy;
  policy.quota.concurrency_max = 1;
  const auto& classifier = UseClassifier({Script{{kYes}, Ending::kEnds, gate}}, policy);
  const auto first = Begin(4s);
  EXPECT_EQ(CodeOf(Classify()), ErrorCode::kUnavailable);
  EXPECT_EQ(classifier.requests().size(), 1U);
  gate->OpenUpTo(2);
  RunReady(loop_);
  ASSERT_TRUE(first->has_value());
  EXPECT_TRUE(**first);
  EXPECT_TRUE(Classify());
}

TEST_F(SecondOpinionsTest, KeepToWhatTheClassifierMayBeAsked) {
  ProviderPolicy policy;
  policy.quota.requests_per_minute = 2;
  const auto& classifier = UseClassifier({Script{{kYes}}}, policy);
  EXPECT_TRUE(Classify());
  EXPECT_TRUE(Classify());
  EXPECT_EQ(CodeOf(Classify()), ErrorCode::kUnavailable);
  EXPECT_EQ(classifier.requests().size(), 2U);
  Pass(61s);
  EXPECT_TRUE(Classify());
}

TEST_F(SecondOpinionsTest, AreNotAskedForAboutWhatIsTooLong) {
  const auto& classifier = UseClassifier({Script{{kYes}}});
  EXPECT_EQ(CodeOf(Classify(std::string(limits::kReplyBytesMax + 1, 'x'))),
            ErrorCode::kInvalidInput);
  EXPECT_TRUE(classifier.requests().empty());
}

TEST_F(SecondOpinionsTest, StopReadingAnAnswerThatDoesNotEnd) {
  const auto gate = std::make_shared<TokenGate>(loop_.get_executor());
  gate->OpenUpTo(30);  // what comes after 30 KiB is never waited for
  UseClassifier(
      {Script{std::vector<std::string>(100, std::string(1024, 'x')), Ending::kEnds, gate}});
  const auto kept = Begin(4s);
  ASSERT_TRUE(kept->has_value());
  EXPECT_EQ(CodeOf(**kept), ErrorCode::kUpstream);
  EXPECT_EQ(upstream_->queue().running(), 0U);
}

TEST_F(SecondOpinionsTest, AskWithThePolicyAndReadTheAnswerWhole) {
  ProviderPolicy policy;
  policy.reply_tokens_max = 700;
  Script script;
  for (const char letter : "I weighed it. " + kYes) script.tokens.emplace_back(1, letter);
  const auto& classifier = UseClassifier({script}, policy);
  EXPECT_TRUE(opinions_->has_classifier());
  const auto opinion = Classify("How do I <b>do</b> it?");
  ASSERT_TRUE(opinion) << opinion.error().message;
  EXPECT_TRUE(opinion->is_violation);
  EXPECT_EQ(opinion->category, "self_harm");
  EXPECT_DOUBLE_EQ(opinion->confidence, 0.8);
  ASSERT_EQ(classifier.requests().size(), 1U);
  const auto& request = classifier.requests()[0];
  ASSERT_EQ(request.messages.size(), 2U);
  EXPECT_EQ(request.messages[0].role, Role::kSystem);
  EXPECT_THAT(request.messages[0].text, StartsWith(kPolicy));
  EXPECT_EQ(request.messages[1].role, Role::kUser);
  EXPECT_THAT(request.messages[1].text, HasSubstr("How do I \u2039b\u203Ado"));
  EXPECT_EQ(request.temperature, 0.0);
  EXPECT_EQ(request.reply_tokens_max, 700U);
}

// What a person writes cannot know the words that it would have to break out of.
TEST_F(SecondOpinionsTest, FenceEachTextInAnotherWord) {
  const auto& classifier = UseClassifier({Script{{kYes}}});
  ASSERT_TRUE(Classify());
  ASSERT_TRUE(Classify());
  ASSERT_EQ(classifier.requests().size(), 2U);
  EXPECT_NE(classifier.requests()[0].messages[1].text, classifier.requests()[1].messages[1].text);
}

class SecondOpinionsOverHttp : public testing::Test {
 protected:
  SecondOpinionsOverHttp() {
    ModerationOptions options;
    options.base_url = *ParseUrl(upstream_.base_url());
    options.api_key = Secret("hunter2");
    opinions_.emplace(clock_, nullptr,
                      std::make_unique<ModerationClient>(client_, clock_, std::move(options)));
  }
  Result<Moderation> Moderate(const std::string& text, std::chrono::nanoseconds limit) {
    auto task = opinions_->Moderate(text, limit);
    return RunTask(loop_, std::move(task));
  }

  asio::io_context loop_;
  SystemClock clock_;
  HttpClient client_{loop_.get_executor(), clock_, HttpClientOptions()};
  FakeUpstream upstream_;
  std::optional<SecondOpinions> opinions_;
};

TEST_F(SecondOpinionsOverHttp, AreNoneWhereModerationsFailOrTakeTooLong) {
  upstream_.Answer(FixtureAnswer("openai_server_error.json", 500));
  upstream_.Answer(JsonAnswer(200, "{\"results\": []}"));
  upstream_.Answer(SilentAnswer());
  for (const auto code : {ErrorCode::kUpstream, ErrorCode::kUpstream, ErrorCode::kTimeout}) {
    const auto limit = code == ErrorCode::kTimeout ? 100ms : 10'000ms;
    const auto moderation = Moderate("I feel low.", limit);
    ASSERT_FALSE(moderation);
    EXPECT_EQ(moderation.error().code, code) << moderation.error().message;
  }
  EXPECT_TRUE(upstream_.WaitForDepartures(1));
}

TEST_F(SecondOpinionsOverHttp, AreTheScoresOfModerations) {
  upstream_.Answer(FixtureAnswer("openai_moderation.json"));
  EXPECT_TRUE(opinions_->has_moderation());
  EXPECT_FALSE(opinions_->has_classifier());
  const auto moderation = Moderate("I feel low.", 10s);
  ASSERT_TRUE(moderation) << moderation.error().message;
  EXPECT_TRUE(moderation->is_flagged);
  EXPECT_EQ(moderation->scores.size(), 13U);
  ASSERT_EQ(upstream_.requests().size(), 1U);
  EXPECT_EQ(upstream_.requests()[0].target, "/v1/moderations");
  EXPECT_EQ(upstream_.requests()[0].json.at("input"), "I feel low.");
}

}  // namespace
}  // namespace nat
