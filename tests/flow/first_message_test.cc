// Someone says something for the first time, with nothing but the contract of DESIGN 3.1 in hand.
#include <gmock/gmock.h>

#include "tests/support/flow.h"

namespace nat::testing {
namespace {

using ::testing::ElementsAre;
using ::testing::MatchesRegex;
using ::testing::Not;
using ::testing::StartsWith;

constexpr const char* kTimePattern = "....-..-..T..:..:..Z";
constexpr const char* kIdPattern = "[0-9a-z]+";

class FirstMessage : public Flow {
 protected:
  static std::vector<std::uint64_t> CountedFromOne(std::size_t count) {
    std::vector<std::uint64_t> numbers;
    for (std::uint64_t number = 1; number <= count; ++number) numbers.push_back(number);
    return numbers;
  }
};

TEST_F(FirstMessage, IsAnsweredWithTheFieldsOfTheContract) {
  Start();
  const auto answer = Curl().Post("/chat", json::object{{"message", "I had a long day."}});
  ASSERT_EQ(answer.status, 200) << answer.body;
  EXPECT_EQ(answer.Field("Content-Type"), "application/json");
  const auto body = answer.Json();
  EXPECT_THAT(TextAt(body, "response"), Not(""));
  EXPECT_THAT(TextAt(body, "conversation_id"), MatchesRegex(kIdPattern));
  EXPECT_THAT(TextAt(body, "timestamp"), MatchesRegex(kTimePattern));
  EXPECT_THAT(TextAt(body, "turn_id"), MatchesRegex(kIdPattern));
  EXPECT_THAT(TextAt(body, "message_id"), MatchesRegex(kIdPattern));
}

TEST_F(FirstMessage, IsAnsweredByTheCompanionWhereThereIsNoModel) {
  Start();
  const auto body = Curl().Post("/chat", json::object{{"message", "I can't sleep."}}).Json();
  ASSERT_TRUE(body.contains("source"));
  EXPECT_EQ(TextAt(body.at("source").as_object(), "provider"), "companion");
  // It is what was configured, so there is nothing to notice.
  EXPECT_FALSE(body.contains("notices"));
}

TEST_F(FirstMessage, IsAnsweredByTheModelWhereThereIsOne) {
  UseModel();
  model().Answer(StreamedReply(kWholeReply));
  Start();
  const auto body = Curl().Post("/chat", json::object{{"message", "Hello."}}).Json();
  EXPECT_EQ(TextAt(body, "response"), kWholeReply);
  ASSERT_TRUE(body.contains("source"));
  EXPECT_EQ(TextAt(body.at("source").as_object(), "provider"), "model");
  EXPECT_EQ(TextAt(body.at("source").as_object(), "model"), "fake-model");
}

TEST_F(FirstMessage, TakesItsHistoryAlongToTheModelWhenASecondOneFollows) {
  UseModel();
  model().Answer(StreamedReply(kWholeReply));
  Start();
  auto curl = Curl();
  const auto first = curl.Post("/chat", json::object{{"message", "My sister is Ada."}}).Json();
  const auto second =
      curl.Post("/chat", json::object{{"message", "Who is my sister?"},
                                      {"conversation_id", TextAt(first, "conversation_id")}});
  ASSERT_EQ(second.status, 200) << second.body;
  EXPECT_EQ(TextAt(second.Json(), "conversation_id"), TextAt(first, "conversation_id"));
  const auto requests = model().requests();
  ASSERT_EQ(requests.size(), 2U);
  EXPECT_THAT(MessagesOf(requests[0]),
              ElementsAre(StartsWith("system: "), "user: My sister is Ada."));
  EXPECT_THAT(MessagesOf(requests[1]),
              ElementsAre(StartsWith("system: "), "user: My sister is Ada.",
                          "assistant: " + kWholeReply, "user: Who is my sister?"));
}

TEST_F(FirstMessage, OfAnotherConversationTakesNothingAlong) {
  UseModel();
  model().Answer(StreamedReply(kWholeReply));
  Start();
  auto browser = Browser();
  browser.Post("/chat", json::object{{"message", "My sister is Ada."}});
  browser.Post("/chat", json::object{{"message", "Hello again."}});
  const auto requests = model().requests();
  ASSERT_EQ(requests.size(), 2U);
  EXPECT_THAT(MessagesOf(requests[1]), ElementsAre(StartsWith("system: "), "user: Hello again."));
}

TEST_F(FirstMessage, IsStreamedToWhoAcceptsEvents) {
  UseModel();
  model().Answer(StreamedReply(kWholeReply));
  Start();
  auto curl = Curl();
  auto stream = curl.PostAndFollow("/chat", json::object{{"message", "Hello."}},
                                   {{"Accept", "text/event-stream"}});
  ASSERT_EQ(stream.answer().status, 200) << stream.answer().body;
  EXPECT_EQ(stream.answer().Field("Content-Type"), "text/event-stream");
  const auto events = stream.ReadToEnd();
  EXPECT_TRUE(stream.is_whole());
  ASSERT_GE(events.size(), 3U);
  EXPECT_EQ(NumbersOf(events), CountedFromOne(events.size()));
  EXPECT_EQ(TextOf(events), kWholeReply);

  const auto& turn = events.front();
  EXPECT_EQ(turn.name, "turn");
  EXPECT_THAT(TextAt(turn.fields, "turn_id"), MatchesRegex(kIdPattern));
  EXPECT_THAT(TextAt(turn.fields, "conversation_id"), MatchesRegex(kIdPattern));
  EXPECT_THAT(TextAt(turn.fields, "message_id"), MatchesRegex(kIdPattern));
  EXPECT_THAT(TextAt(turn.fields, "timestamp"), MatchesRegex(kTimePattern));

  const auto& done = events.back();
  EXPECT_EQ(done.name, "done");
  EXPECT_EQ(TextAt(done.fields, "status"), "completed");
  EXPECT_EQ(TextAt(done.fields, "message_id"), TextAt(turn.fields, "message_id"));
  ASSERT_TRUE(done.fields.contains("source"));
  EXPECT_EQ(TextAt(done.fields.at("source").as_object(), "provider"), "model");
}

TEST_F(FirstMessage, IsStreamedToWhoAsksForItInTheBody) {
  Start();
  auto curl = Curl();
  auto stream = curl.PostAndFollow("/chat", json::object{{"message", "Hello."}, {"stream", true}});
  ASSERT_EQ(stream.answer().status, 200) << stream.answer().body;
  const auto events = stream.ReadToEnd();
  ASSERT_GE(events.size(), 3U);
  EXPECT_EQ(NumbersOf(events), CountedFromOne(events.size()));
  EXPECT_EQ(events.front().name, "turn");
  EXPECT_EQ(events.back().name, "done");
  const auto turn = curl.Get("/api/turns/" + TextAt(events.front().fields, "turn_id")).Json();
  EXPECT_EQ(TextOf(events), TextAt(turn, "text"));
}

TEST_F(FirstMessage, IsStoredBeforeTheModelIsAsked) {
  UseModel();
  model().Answer(SilentAnswer());
  Start();
  auto browser = Browser();
  const auto turn = Send(browser, "Keep this, whatever happens.");
  const auto messages = Messages(browser, TextAt(turn, "conversation_id"));
  EXPECT_THAT(TextsAt(messages, "text"), ElementsAre("Keep this, whatever happens.", ""));
  EXPECT_THAT(TextsAt(messages, "role"), ElementsAre("user", "assistant"));
}

}  // namespace
}  // namespace nat::testing
