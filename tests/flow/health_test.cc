// What orchestrators ask, and DESIGN 3.1 promises to anyone who watches the service.
#include <gmock/gmock.h>

#include "tests/support/flow.h"

namespace nat::testing {
namespace {

using ::testing::IsEmpty;
using ::testing::MatchesRegex;

constexpr const char* kTimePattern = "....-..-..T..:..:..Z";

class Health : public Flow {
 protected:
  // A model that is asked once in each turn.
  void UseImpatiently() {
    UseModel();
    config_.gateway.options.attempts_max = 1;
    config_.gateway.options.breaker.pause = std::chrono::hours(1);
    config_.gateway.options.breaker.pause_max = std::chrono::hours(1);
  }
  json::object Now() { return Curl().Get("/health").Json(); }
  static std::string WordFor(const std::string& provider, const json::object& health) {
    const auto* checks = health.if_contains("checks");
    const auto* providers =
        checks != nullptr ? checks->as_object().if_contains("providers") : nullptr;
    return providers != nullptr ? TextAt(providers->as_object(), provider) : "";
  }
  void ExpectReady() {
    const auto ready = Curl().Get("/health/ready");
    EXPECT_EQ(ready.status, 200);
    EXPECT_EQ(TextAt(ready.Json(), "status"), "ready");
  }
  // Who answers.
  std::string Ask() {
    const auto body = Curl().Post("/chat", json::object{{"message", "Hello?"}}).Json();
    EXPECT_NE(TextAt(body, "response"), "");
    return body.contains("source") ? TextAt(body.at("source").as_object(), "provider") : "";
  }
};

TEST_F(Health, IsExactlyWhatTheContractSays) {
  Start();
  const auto answer = Curl().Get("/health");
  EXPECT_EQ(answer.status, 200);
  EXPECT_EQ(answer.Field("Content-Type"), "application/json");
  auto body = answer.Json();
  EXPECT_EQ(TextAt(body, "status"), "healthy");
  EXPECT_EQ(TextAt(body, "service"), "backend");
  EXPECT_THAT(TextAt(body, "timestamp"), MatchesRegex(kTimePattern));
  EXPECT_EQ(body.size(), 3U);
}

TEST_F(Health, IsToldToOrchestrators) {
  Start();
  auto curl = Curl();
  const auto live = curl.Get("/health/live");
  EXPECT_EQ(live.status, 200);
  EXPECT_EQ(TextAt(live.Json(), "status"), "live");
  const auto ready = curl.Get("/health/ready");
  EXPECT_EQ(ready.status, 200);
  EXPECT_EQ(TextAt(ready.Json(), "status"), "ready");
}

TEST_F(Health, MakesNoCookie) {
  Start();
  for (const std::string path : {"/health", "/health/live", "/health/ready"}) {
    EXPECT_THAT(Curl().Get(path).Fields("Set-Cookie"), IsEmpty()) << path;
  }
}

TEST_F(Health, IsStillToldWhereWhoAsksHasUsedUpItsRequests) {
  config_.has_rate_limit = true;
  Start();
  auto curl = Curl();
  int status = 200;
  for (int request = 0; status == 200 && request < 2'000; ++request) {
    status = curl.Get("/api/conversations").status;
  }
  ASSERT_EQ(status, 429);
  EXPECT_EQ(curl.Get("/health").status, 200);
  EXPECT_EQ(curl.Get("/health/ready").status, 200);
}

TEST_F(Health, IsWellWithModelsThatMayBeAsked) {
  FakeUpstream second;
  UseImpatiently();
  config_.providers.push_back(ProviderAt(second, "second"));
  model().Answer(StreamedReply(kWholeReply));
  Start();
  for (const std::string when : {"before the first turn", "after it"}) {
    const auto health = Now();
    EXPECT_EQ(TextAt(health, "status"), "healthy") << when;
    EXPECT_EQ(WordFor("model", health), "up") << when;
    EXPECT_EQ(WordFor("second", health), "up") << when;
    EXPECT_EQ(WordFor("companion", health), "") << when;
    EXPECT_EQ(Ask(), "model");
  }
}

TEST_F(Health, IsDegradedWhileAModelIsDownAndChatGoesOn) {
  UseImpatiently();
  model().Answer(JsonAnswer(500, "{}"));
  Start();
  for (std::size_t failure = 1; failure <= limits::kBreakerFailuresInARow; ++failure) {
    EXPECT_EQ(TextAt(Now(), "status"), "healthy") << failure;
    EXPECT_EQ(Ask(), "companion");
  }
  const auto answer = Curl().Get("/health");
  EXPECT_EQ(answer.status, 200);
  auto body = answer.Json();
  EXPECT_EQ(TextAt(body, "status"), "degraded");
  EXPECT_EQ(TextAt(body, "service"), "backend");
  EXPECT_THAT(TextAt(body, "timestamp"), MatchesRegex(kTimePattern));
  EXPECT_EQ(body.size(), 4U);
  EXPECT_EQ(WordFor("model", body), "down");
  EXPECT_FALSE(body.at("checks").as_object().contains("store"));
  ExpectReady();
  // It is left alone meanwhile.
  const auto asked = model().requests().size();
  EXPECT_EQ(asked, limits::kBreakerFailuresInARow);
  EXPECT_EQ(Ask(), "companion");
  EXPECT_EQ(model().requests().size(), asked);
}

TEST_F(Health, NamesTheModelThatIsDownAndTheOneThatIsUp) {
  FakeUpstream second;
  second.Answer(StreamedReply(kWholeReply));
  UseImpatiently();
  config_.providers.push_back(ProviderAt(second, "second"));
  model().Answer(JsonAnswer(401, "{}"));  // once is enough: no request mends a key
  Start();
  EXPECT_EQ(Ask(), "second");
  const auto health = Now();
  EXPECT_EQ(TextAt(health, "status"), "degraded");
  EXPECT_EQ(WordFor("model", health), "down");
  EXPECT_EQ(WordFor("second", health), "up");
  ExpectReady();
}

TEST_F(Health, IsWellAgainOnceTheModelIs) {
  UseImpatiently();
  config_.gateway.options.breaker.pause = std::chrono::milliseconds(50);
  model().Answer(JsonAnswer(401, "{}"));
  model().Answer(StreamedReply(kWholeReply));
  Start();
  EXPECT_EQ(Ask(), "companion");
  ASSERT_TRUE(Eventually([&] { return WordFor("model", Now()) == "recovering"; }));
  // Nobody knows before somebody has asked it.
  EXPECT_EQ(TextAt(Now(), "status"), "degraded");
  EXPECT_EQ(Ask(), "model");
  EXPECT_EQ(TextAt(Now(), "status"), "healthy");
  EXPECT_EQ(WordFor("model", Now()), "up");
  ExpectReady();
}

TEST_F(Health, SaysOfAModelThatAskedToBeLeftAloneThatItIsPaused) {
  UseImpatiently();
  auto refusal = JsonAnswer(429, "{}");
  refusal.headers.emplace_back("Retry-After", "3600");
  model().Answer(refusal);
  Start();
  EXPECT_EQ(Ask(), "companion");
  EXPECT_EQ(TextAt(Now(), "status"), "healthy");
  EXPECT_EQ(WordFor("model", Now()), "paused");
  EXPECT_EQ(Ask(), "companion");
  EXPECT_EQ(model().requests().size(), 1U);
}

}  // namespace
}  // namespace nat::testing
