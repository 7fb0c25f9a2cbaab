// What is asked again, how, and how often, with the real executable: the only model server there is
// fails once or for good, and what it was asked is looked at.
#include <gmock/gmock.h>

#include <algorithm>
#include <thread>

#include "tests/support/fake_answers.h"
#include "tests/support/fake_bad_answers.h"
#include "tests/support/fake_black_hole.h"
#include "tests/support/provider_rig.h"

namespace nat::testing {
namespace {

using namespace std::chrono_literals;
using ::testing::IsEmpty;

const std::string kText = "The lamp is on. There is time enough for all of it.";

FakeAnswer Refusal(int status, const std::string& word) {
  return JsonAnswer(status, R"({"error":{"message":"hidden error text","type":")" + word + "\"}}");
}

std::int64_t NumberAt(const FakeRequest& request, const char* name) {
  return request.json.as_object().at(name).to_number<std::int64_t>();
}

std::size_t BytesOfMessages(const FakeRequest& request) {
  std::size_t bytes = 0;
  for (const auto& message : request.json.as_object().at("messages").as_array()) {
    bytes += TextAt(message.as_object(), "content").size();
  }
  return bytes;
}

class ProviderRetries : public ::testing::Test {
 protected:
  void Start(const std::string& settings = "", const std::string& of_provider = "") {
    rig_.AddSettings(settings);
    rig_.Add({"only", model_.base_url(), "", of_provider});
    ASSERT_TRUE(rig_.Start()) << rig_.errors();
  }
  void TearDown() override { EXPECT_EQ(rig_.Stop(), ""); }

  static void ExpectWhole(const Hearing& heard) {
    EXPECT_EQ(heard.status, "completed");
    EXPECT_EQ(heard.provider, "only");
    EXPECT_EQ(heard.text, kText);
    EXPECT_THAT(heard.notices, IsEmpty());
    EXPECT_THAT(heard.wrongs, IsEmpty());
  }
  double Count(const std::string& metric) const {
    return rig_.Metrics().Sum("notatherapist_provider_" + metric, {{"provider", "only"}});
  }

  FakeUpstream model_;
  ProviderRig rig_;
};

TEST_F(ProviderRetries, FollowAFaultThatPasses) {
  model_.Answer(Refusal(500, "server_error"));
  model_.Answer(HtmlAnswer(200));
  model_.Answer(StreamedReply(kText));
  Start();
  ExpectWhole(rig_.Ask("Hello."));
  EXPECT_EQ(model_.requests().size(), 3U);
  EXPECT_EQ(Count("attempts_total"), 3);
  EXPECT_EQ(Count("retries_total"), 2);
  EXPECT_EQ(Count("failures_total"), 2);
}

TEST_F(ProviderRetries, WaitAsLongAsTheyAreTold) {
  auto limited = Refusal(429, "rate_limit_exceeded");
  limited.headers.emplace_back("Retry-After", "2");
  model_.Answer(limited);
  model_.Answer(StreamedReply(kText));
  Start();
  const auto heard = rig_.Ask("Hello.");
  ExpectWhole(heard);
  ASSERT_TRUE(heard.first_text);
  EXPECT_GE(*heard.first_text, 2s);
  EXPECT_LT(*heard.first_text, 5s);
}

TEST_F(ProviderRetries, OfAnEmptyAnswerLeaveMoreRoomForWords) {
  model_.Answer(ReasoningOnly());
  model_.Answer(StreamedReply(kText));
  Start("", "reasoning_effort = \"high\"\n");
  ExpectWhole(rig_.Ask("Hello."));
  const auto requests = model_.requests();
  ASSERT_EQ(requests.size(), 2U);
  EXPECT_EQ(NumberAt(requests[1], "max_tokens"), 2 * NumberAt(requests[0], "max_tokens"));
  EXPECT_EQ(TextAt(requests[0].json.as_object(), "reasoning_effort"), "high");
  EXPECT_EQ(TextAt(requests[1].json.as_object(), "reasoning_effort"), "low");
}

TEST_F(ProviderRetries, OfATooLongConversationTellLessOfIt) {
  constexpr int kTurnsBefore = 6;
  model_.Answer(StreamedReply(kText));
  Start();
  HttpPeer browser(rig_.port());
  browser.Get("/");
  json::object body{{"message", "Hello. " + NumberedSentences(3'000)}};
  for (int turn = 0; turn < kTurnsBefore; ++turn) {
    const auto heard = ProviderRig::Listen(browser, body);
    ExpectWhole(heard);
    body["conversation_id"] = heard.conversation_id;
  }
  model_.Answer(Refusal(400, "context_length_exceeded"));
  model_.Answer(StreamedReply(kText));
  ExpectWhole(ProviderRig::Listen(browser, body));
  const auto requests = model_.requests();
  ASSERT_EQ(requests.size(), kTurnsBefore + 2U);
  const auto shorter = BytesOfMessages(requests.back());
  EXPECT_LT(shorter, BytesOfMessages(requests[kTurnsBefore]));
  EXPECT_GT(shorter, 3'000U);
}

// Asking the same again would only cost the person the time.
TEST_F(ProviderRetries, AreNotMadeOfATooLongMessageThatCannotBeCut) {
  model_.Answer(Refusal(400, "context_length_exceeded"));
  Start();
  EXPECT_EQ(rig_.Ask("Hello.").provider, "companion");
  EXPECT_EQ(model_.requests().size(), 1U);
}

// Thirty people at once, and a server that cannot serve one of them.
TEST_F(ProviderRetries, DoNotMultiplyWhatAServerInTroubleIsAsked) {
  constexpr std::size_t kPeople = 30;
  constexpr std::size_t kRetriesFree = 10;
  model_.Answer(Refusal(503, "overloaded_error"));
  Start();
  std::vector<Hearing> heard(kPeople);
  std::vector<std::thread> people;
  for (auto& one : heard) people.emplace_back([&] { one = rig_.Ask("Hello."); });
  for (auto& person : people) person.join();
  for (const auto& one : heard) {
    EXPECT_EQ(one.status, "completed");
    EXPECT_EQ(one.provider, "companion");
    EXPECT_TRUE(one.HasNotice("offline"));
    EXPECT_THAT(one.wrongs, IsEmpty());
  }
  EXPECT_LE(model_.requests().size(), kPeople + kRetriesFree + kPeople / 5 + 5);
}

TEST_F(ProviderRetries, AreNotMadeWhereTheConfigurationAllowsOneAttempt) {
  model_.Answer(Refusal(500, "server_error"));
  Start("[gateway]\nattempts_max = 1\n");
  EXPECT_EQ(rig_.Ask("Hello.").provider, "companion");
  EXPECT_EQ(model_.requests().size(), 1U);
}

// The limits of the configuration in place of those that nobody wants to wait for in a test.
TEST_F(ProviderRetries, DoNotFollowSilenceWhichEndsAsConfigured) {
  const FakeBlackHole hole;
  model_.Answer(SilentAnswer());
  model_.Answer(BegunReply(NumberedSentences(1'000), 40, FakeEnding::kHang));
  rig_.AddSettings(
      "[gateway]\nconnect_timeout = 1.0\nfirst_token_timeout = 2.0\n"
      "token_timeout = 1.0\n");
  rig_.Add({"hole", hole.base_url()});
  Start();
  const auto silent = rig_.Ask("Hello.");
  EXPECT_EQ(silent.provider, "companion");
  ASSERT_TRUE(silent.first_text);
  EXPECT_GT(*silent.first_text, 2'800ms);
  EXPECT_LT(*silent.first_text, 5s);
  const auto interrupted = rig_.Ask("Hello again.");
  EXPECT_EQ(interrupted.status, "interrupted");
  EXPECT_EQ(interrupted.provider, "only");
  ASSERT_TRUE(interrupted.done);
  EXPECT_GT(*interrupted.done, 1'800ms);
  EXPECT_LT(*interrupted.done, 4s);
  EXPECT_EQ(model_.requests().size(), 2U);
}

}  // namespace
}  // namespace nat::testing
