// It never goes silent: whatever a model does, there is a reply, and it says who speaks.
#include <gmock/gmock.h>

#include "tests/support/flow.h"
#include "tests/support/free_port.h"

namespace nat::testing {
namespace {

using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::Ne;
using ::testing::Not;
using ::testing::StartsWith;

struct BadModel {
  std::string name;
  FakeAnswer answer;
};

FakeAnswer ReasoningOnly() {
  return StreamOf({ReasoningEvent("reasoning_content", "The person is sad. "),
                   ReasoningEvent("reasoning_content", "I should say something."),
                   FinishEvent("length"), kDoneEvent});
}

std::vector<BadModel> BadModels() {
  const auto refusal = R"({"error":{"message":"no","type":"invalid_request_error"}})";
  auto cut = StreamOf({ReasoningEvent("reasoning", "Hm. ")});
  cut.ending = FakeEnding::kReset;
  return {{"does not know the key", JsonAnswer(401, refusal)},
          {"does not know the model", JsonAnswer(404, refusal)},
          {"does not take the request", JsonAnswer(400, refusal)},
          {"is behind a broken proxy", HtmlAnswer(502)},
          {"answers with a web page", HtmlAnswer(200)},
          {"answers with an empty stream", StreamOf({FinishEvent("stop"), kDoneEvent})},
          {"answers with nothing at all", StreamOf({})},
          {"only reasons", ReasoningOnly()},
          {"breaks off before the first word", cut},
          {"does not speak HTTP", nat::RawAnswer("SSH-2.0-OpenSSH_9.2p1\r\n")},
          {"closes at once", nat::RawAnswer("")}};
}

class Failover : public Flow {
 protected:
  // A reply of the companion that says so before it speaks.
  static void ExpectCompanionReply(const std::vector<PeerEvent>& events) {
    ASSERT_GE(events.size(), 4U);
    EXPECT_EQ(events[1].name, "notice");
    EXPECT_EQ(TextAt(events[1].fields, "kind"), "offline");
    EXPECT_THAT(TextOf(events), Ne(""));
    const auto& done = events.back().fields;
    EXPECT_EQ(TextAt(done, "status"), "completed");
    EXPECT_EQ(TextAt(done.at("source").as_object(), "provider"), "companion");
  }
  std::vector<PeerEvent> Ask(const std::string& message) {
    auto peer = Curl();
    auto stream = peer.PostAndFollow("/chat", json::object{{"message", message}, {"stream", true}});
    return stream.ReadToEnd();
  }
};

TEST_F(Failover, EndsInTheCompanionWhateverTheModelDoes) {
  UseModel();
  Start();
  for (const auto& bad : BadModels()) {
    SCOPED_TRACE("a model that " + bad.name);
    model().AnswerWith([answer = bad.answer](const FakeRequest&) { return answer; });
    const auto body = Curl().Post("/chat", json::object{{"message", "Hello?"}}).Json();
    EXPECT_THAT(TextAt(body, "response"), Ne(""));
    ASSERT_TRUE(body.contains("source"));
    EXPECT_EQ(TextAt(body.at("source").as_object(), "provider"), "companion");
    ASSERT_TRUE(body.contains("notices"));
    EXPECT_EQ(TextAt(body.at("notices").at(0).as_object(), "kind"), "offline");
  }
}

TEST_F(Failover, EndsInTheCompanionWhereNobodyListens) {
  UseModel();
  config_.providers[0].base_url = "http://127.0.0.1:" + std::to_string(FreePort()) + "/v1";
  Start();
  ExpectCompanionReply(Ask("Hello?"));
}

// This waits as long as a person would (limits::kFirstTokenTimeout).
TEST_F(Failover, EndsInTheCompanionWhereTheModelIsSilent) {
  UseModel();
  model().Answer(SilentAnswer());
  Start();
  auto peer = Curl();
  const auto turn = Send(peer, "Hello?");
  // The stream is watched in pieces, as a wait of the client is shorter than that of the service.
  std::vector<PeerEvent> events;
  while (events.empty() || events.back().name != "done") {
    const auto after = std::to_string(events.size());
    auto stream = peer.Follow("/api/turns/" + TextAt(turn, "turn_id") + "/events?after=" + after);
    ASSERT_EQ(stream.answer().status, 200);
    for (auto& event : stream.ReadToEnd()) events.push_back(std::move(event));
  }
  ExpectCompanionReply(events);
}

TEST_F(Failover, AsksTheNextModelBeforeTheCompanion) {
  FakeUpstream second;
  second.Answer(StreamedReply(kWholeReply));
  model().Answer(HtmlAnswer(503));
  UseModel();
  config_.providers.push_back(ProviderAt(second, "second"));
  Start();
  const auto events = Ask("Hello?");
  ASSERT_FALSE(events.empty());
  EXPECT_EQ(TextOf(events), kWholeReply);
  EXPECT_THAT(NamesOf(events), Not(Contains("notice")));
  EXPECT_EQ(TextAt(events.back().fields.at("source").as_object(), "provider"), "second");
}

// As long as nothing was shown, nobody needs to know.
TEST_F(Failover, ShowsNothingOfAModelThatBreaksOffBeforeItsFirstSegment) {
  FakeUpstream second;
  second.Answer(StreamedReply(kWholeReply));
  UseModel();
  config_.providers.push_back(ProviderAt(second, "second"));
  Start();
  for (const auto ending : {FakeEnding::kReset, FakeEnding::kCut, FakeEnding::kWhole}) {
    auto broken = StreamOf({ContentEvent("Well,"), ContentEvent(" I")});
    broken.ending = ending;
    model().AnswerWith([broken](const FakeRequest&) { return broken; });
    const auto asked = model().requests().size();
    auto browser = Browser();
    const auto turn = Send(browser, "Hello?");
    auto stream = browser.Follow("/api/turns/" + TextAt(turn, "turn_id") + "/events");
    const auto events = stream.ReadToEnd();
    EXPECT_GT(model().requests().size(), asked);
    EXPECT_EQ(TextOf(events), kWholeReply);
    EXPECT_THAT(NamesOf(events), Not(Contains("notice")));
    ASSERT_FALSE(events.empty());
    EXPECT_EQ(TextAt(events.back().fields, "status"), "completed");
    EXPECT_EQ(TextAt(events.back().fields.at("source").as_object(), "provider"), "second");
    const auto messages = Messages(browser, TextAt(turn, "conversation_id"));
    EXPECT_THAT(TextsAt(messages, "text"), ElementsAre("Hello?", kWholeReply));
    EXPECT_EQ(TextAt(messages.back().at("source").as_object(), "provider"), "second");
  }
}

TEST_F(Failover, GivesTheWordToTheCompanionWhereTheOnlyModelBreaksOffBeforeItsFirstSegment) {
  UseModel();
  auto broken = StreamOf({ContentEvent("Well,"), ContentEvent(" I")});
  broken.ending = FakeEnding::kReset;
  model().Answer(broken);
  Start();
  const auto events = Ask("Hello?");
  ExpectCompanionReply(events);
  EXPECT_THAT(TextOf(events), Not(StartsWith("Well, I")));
}

TEST_F(Failover, EndsAReplyThatBreaksOffAsInterrupted) {
  UseModel();
  auto broken = StreamOf({ContentEvent(kSentences[0]), ContentEvent(kSentences[1])});
  broken.ending = FakeEnding::kReset;
  model().Answer(broken);
  model().Answer(StreamedReply(kWholeReply));
  Start();
  auto browser = Browser();
  const auto turn = Converse(browser, "Hello?");
  EXPECT_EQ(TextAt(turn, "status"), "interrupted");
  EXPECT_THAT(TextAt(turn, "text"), Ne(""));
  EXPECT_THAT(kWholeReply, StartsWith(TextAt(turn, "text")));
  ASSERT_TRUE(turn.contains("problem"));
  EXPECT_EQ(TextAt(turn.at("problem").as_object(), "code"), "upstream");
  // The conversation goes on.
  const auto next = Converse(browser, "Go on.", TextAt(turn, "conversation_id"));
  EXPECT_EQ(TextAt(next, "status"), "completed");
}

}  // namespace
}  // namespace nat::testing
