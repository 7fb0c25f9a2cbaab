// Who comes when a model has no place waits in line, and is told so; or another model answers.
#include <gmock/gmock.h>

#include <future>

#include "tests/support/flow.h"
#include "tests/support/free_port.h"
#include "tests/support/metrics_page.h"

namespace nat::testing {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::Ne;

// One of those who want a reply at the same time.
struct Asker {
  HttpPeer browser;
  json::object turn;
  EventStream stream;
  std::vector<PeerEvent> events = {};

  std::string path() const { return "/api/turns/" + TextAt(turn, "turn_id"); }
  // Reads up to and with the next event of this name; false where the stream ends before it.
  bool ReadTo(const std::string& name) {
    while (auto event = stream.Next()) {
      events.push_back(std::move(*event));
      if (events.back().name == name) return true;
    }
    return false;
  }
  void ReadToEnd() {
    for (auto& event : stream.ReadToEnd()) events.push_back(std::move(event));
  }
  std::vector<int> Places() const {
    std::vector<int> places;
    for (const auto& event : events) {
      if (event.name != "notice") continue;
      EXPECT_EQ(TextAt(event.fields, "kind"), "queued");
      EXPECT_THAT(TextAt(event.fields, "text"), Ne(""));
      const auto* place = event.fields.if_contains("place");
      places.push_back(place != nullptr ? place->to_number<int>() : -1);
    }
    return places;
  }
  std::string Status() const {
    return events.empty() ? "" : TextAt(events.back().fields, "status");
  }
  std::string Provider() const {
    if (events.empty() || !events.back().fields.contains("source")) return "";
    return TextAt(events.back().fields.at("source").as_object(), "provider");
  }
};

class Queue : public Flow {
 protected:
  // A model that answers one request at a time, each when the gate is open.
  void StartNarrow() {
    UseModel();
    config_.providers.back().policy.quota.concurrency_max = 1;
    config_.gateway.options.queue_timeout = std::chrono::seconds(60);
    config_.gateway.options.first_text_budget = std::chrono::seconds(60);
    model().Answer(HeldReply());
    Start();
  }
  Asker Ask(const std::string& message) {
    auto browser = Browser();
    auto turn = Send(browser, message);
    auto stream = browser.Follow("/api/turns/" + TextAt(turn, "turn_id") + "/events");
    return Asker{std::move(browser), std::move(turn), std::move(stream)};
  }
  // The first is being answered, the second and the third wait behind it.
  std::vector<Asker> AskThree() {
    std::vector<Asker> askers;
    askers.push_back(Ask("One."));
    EXPECT_TRUE(Eventually([&] { return model().requests().size() == 1; }));
    for (const std::string message : {"Two.", "Three."}) {
      askers.push_back(Ask(message));
      EXPECT_TRUE(askers.back().ReadTo("notice"));
    }
    return askers;
  }
};

TEST_F(Queue, TellsEveryoneTheirPlaceAndAnswersThemInOrder) {
  StartNarrow();
  auto askers = AskThree();
  EXPECT_THAT(askers[1].Places(), ElementsAre(1));
  EXPECT_THAT(askers[2].Places(), ElementsAre(2));
  EXPECT_EQ(model().requests().size(), 1U);
  gate().OpenForGood();
  for (auto& asker : askers) {
    asker.ReadToEnd();
    EXPECT_EQ(asker.Status(), "completed");
    EXPECT_EQ(asker.Provider(), "model");
    EXPECT_EQ(TextOf(asker.events), kWholeReply);
  }
  EXPECT_THAT(askers[0].Places(), IsEmpty());
  EXPECT_THAT(askers[1].Places(), ElementsAre(1));
  ASSERT_EQ(model().requests().size(), 3U);
  for (const auto& [at, message] : {std::pair(1U, "user: Two."), std::pair(2U, "user: Three.")}) {
    EXPECT_EQ(MessagesOf(model().requests()[at]).back(), message);
  }
}

TEST_F(Queue, LetsTheNextMoveUpWhenOneWhoWaitsStops) {
  StartNarrow();
  auto askers = AskThree();
  const auto stopped = askers[1].browser.Delete(askers[1].path());
  EXPECT_EQ(stopped.status, 200);
  EXPECT_EQ(TextAt(stopped.Json(), "status"), "stopped");
  EXPECT_EQ(TextAt(stopped.Json(), "text"), "");
  askers[1].ReadToEnd();
  EXPECT_EQ(askers[1].Status(), "stopped");
  ASSERT_TRUE(askers[2].ReadTo("notice"));
  EXPECT_THAT(askers[2].Places(), ElementsAre(2, 1));
  gate().OpenForGood();
  for (const std::size_t at : {0U, 2U}) {
    askers[at].ReadToEnd();
    EXPECT_EQ(askers[at].Status(), "completed");
    EXPECT_EQ(TextOf(askers[at].events), kWholeReply);
  }
  // Nothing of the one who stopped was sent.
  EXPECT_EQ(model().requests().size(), 2U);
}

TEST_F(Queue, LetsTheNextBeginWhenTheOneWhoIsAnsweredStops) {
  StartNarrow();
  auto askers = AskThree();
  EXPECT_EQ(TextAt(askers[0].browser.Delete(askers[0].path()).Json(), "status"), "stopped");
  ASSERT_TRUE(Eventually([&] { return model().requests().size() == 2; }));
  ASSERT_TRUE(askers[2].ReadTo("notice"));
  EXPECT_THAT(askers[2].Places(), ElementsAre(2, 1));
  gate().OpenForGood();
  for (const std::size_t at : {1U, 2U}) {
    askers[at].ReadToEnd();
    EXPECT_EQ(askers[at].Status(), "completed");
    EXPECT_EQ(askers[at].Provider(), "model");
  }
}

// Who waits for the whole reply would hear of it when it is over.
TEST_F(Queue, IsNotToldOfInAPlainAnswer) {
  config_.metrics_port = FreePort();
  StartNarrow();
  ASSERT_NE(app_->metrics_port(), 0);
  auto first = Ask("One.");
  ASSERT_TRUE(Eventually([&] { return model().requests().size() == 1; }));
  auto second = std::async(std::launch::async, [peer = Curl()]() mutable {
    return peer.Post("/chat", json::object{{"message", "Two."}}).Json();
  });
  EXPECT_TRUE(Eventually([&] {
    const auto page = ReadMetrics(app_->metrics_port());
    return page.Sum("notatherapist_provider_requests_waiting", {{"provider", "model"}}) == 1;
  }));
  gate().OpenForGood();
  const auto body = second.get();
  EXPECT_EQ(TextAt(body, "response"), kWholeReply);
  EXPECT_FALSE(body.contains("notices"));
}

TEST_F(Queue, DoesNotKeepAnyoneWhoWouldWaitTooLong) {
  FakeUpstream second;
  second.Answer(StreamedReply(kWholeReply));
  UseModel();
  config_.providers.back().policy.quota.requests_per_minute = 1;
  config_.providers.push_back(ProviderAt(second, "second"));
  model().Answer(StreamedReply(kWholeReply));
  Start();
  auto first = Ask("One.");
  first.ReadToEnd();
  EXPECT_EQ(first.Provider(), "model");
  auto next = Ask("Two.");
  next.ReadToEnd();
  EXPECT_EQ(next.Provider(), "second");
  EXPECT_EQ(next.Status(), "completed");
  EXPECT_THAT(next.Places(), IsEmpty());
  EXPECT_EQ(TextOf(next.events), kWholeReply);
  EXPECT_EQ(model().requests().size(), 1U);
}

TEST_F(Queue, SendsWhoFindsItFullToTheNextModel) {
  FakeUpstream second;
  second.Answer(StreamedReply(kWholeReply));
  config_.gateway.options.queue_max = 1;
  UseModel();
  config_.providers.back().policy.quota.concurrency_max = 1;
  config_.gateway.options.queue_timeout = std::chrono::seconds(60);
  config_.gateway.options.first_text_budget = std::chrono::seconds(60);
  config_.providers.push_back(ProviderAt(second, "second"));
  model().Answer(HeldReply());
  Start();
  auto running = Ask("One.");
  ASSERT_TRUE(Eventually([&] { return model().requests().size() == 1; }));
  auto waiting = Ask("Two.");
  ASSERT_TRUE(waiting.ReadTo("notice"));
  auto other = Ask("Three.");
  other.ReadToEnd();
  EXPECT_EQ(other.Provider(), "second");
  EXPECT_THAT(other.Places(), IsEmpty());
  gate().OpenForGood();
  waiting.ReadToEnd();
  EXPECT_EQ(waiting.Provider(), "model");
}

}  // namespace
}  // namespace nat::testing
