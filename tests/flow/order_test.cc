// Messages that come faster than replies: each waits for the one before it.
#include <gmock/gmock.h>

#include <future>

#include "base/limits.h"
#include "tests/support/flow.h"

namespace nat::testing {
namespace {

using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::SizeIs;
using ::testing::StartsWith;

class Order : public Flow {
 protected:
  void StartWithFirstReplyHeld() {
    UseModel();
    model().Answer(HeldReply());
    model().Answer(StreamedReply("After the first."));
    Start();
  }
};

TEST_F(Order, IsKeptWhenAMessageThatWaitsIsStopped) {
  StartWithFirstReplyHeld();
  auto browser = Browser();
  const auto first = Send(browser, "First.");
  const auto conversation_id = TextAt(first, "conversation_id");
  ASSERT_TRUE(Eventually([&] { return model().requests().size() == 1; }));
  const auto stopped = Send(browser, "Never mind this one.", conversation_id);
  const auto third = Send(browser, "Third.", conversation_id);
  const auto stop = browser.Delete("/api/turns/" + TextAt(stopped, "turn_id")).Json();
  EXPECT_EQ(TextAt(stop, "status"), "stopped");
  const auto fourth = Send(browser, "Fourth.", conversation_id);
  gate().OpenForGood();
  WaitForEnd(browser, TextAt(third, "turn_id"));
  WaitForEnd(browser, TextAt(fourth, "turn_id"));
  const auto requests = model().requests();
  ASSERT_THAT(requests, SizeIs(3));
  EXPECT_THAT(MessagesOf(requests[1]), Contains("assistant: " + kWholeReply));
  EXPECT_EQ(MessagesOf(requests[1]).back(), "user: Third.");
  EXPECT_EQ(MessagesOf(requests[2]).back(), "user: Fourth.");
}

TEST_F(Order, IsKeptAfterTheOnlyMessageThatWaitedIsStopped) {
  StartWithFirstReplyHeld();
  auto browser = Browser();
  const auto first = Send(browser, "First.");
  const auto conversation_id = TextAt(first, "conversation_id");
  ASSERT_TRUE(Eventually([&] { return model().requests().size() == 1; }));
  const auto stopped = Send(browser, "Never mind this one.", conversation_id);
  browser.Delete("/api/turns/" + TextAt(stopped, "turn_id"));
  const auto third = Send(browser, "Third.", conversation_id);
  gate().OpenForGood();
  WaitForEnd(browser, TextAt(third, "turn_id"));
  const auto requests = model().requests();
  ASSERT_THAT(requests, SizeIs(2));
  EXPECT_THAT(MessagesOf(requests[1]), Contains("assistant: " + kWholeReply));
}

TEST_F(Order, PutsASecondMessageBehindTheReplyThatRuns) {
  StartWithFirstReplyHeld();
  auto browser = Browser();
  const auto first = Send(browser, "First.");
  const auto second = Send(browser, "Second.", TextAt(first, "conversation_id"));
  EXPECT_EQ(TextAt(second, "status"), "running");
  gate().OpenForGood();
  const auto ended = WaitForEnd(browser, TextAt(second, "turn_id"));
  EXPECT_EQ(TextAt(ended, "text"), "After the first.");
  const auto requests = model().requests();
  ASSERT_THAT(requests, SizeIs(2));
  EXPECT_THAT(MessagesOf(requests[1]), ElementsAre(StartsWith("system: "), "user: First.",
                                                   "assistant: " + kWholeReply, "user: Second."));
}

TEST_F(Order, DoesNotHoldUpAnotherConversation) {
  StartWithFirstReplyHeld();
  auto browser = Browser();
  Send(browser, "First.");
  ASSERT_TRUE(Eventually([&] { return model().requests().size() == 1; }));
  const auto other = Converse(browser, "Something else.");
  EXPECT_EQ(TextAt(other, "status"), "completed");
}

TEST_F(Order, TakesAsManyMessagesOfOneMomentAsMayRun) {
  UseModel();
  model().Answer(StreamedReply("Yes."));
  Start();
  auto browser = Browser();
  const auto conversation_id = TextAt(Converse(browser, "First."), "conversation_id");
  const auto cookie = browser.cookie();
  std::vector<std::future<PeerAnswer>> answers;
  for (std::size_t peer = 0; peer < limits::kTurnsRunningPerPersonMax; ++peer) {
    answers.push_back(std::async(std::launch::async, [this, cookie, conversation_id] {
      const json::object body{{"message", "At once."}, {"conversation_id", conversation_id}};
      return Curl().Post("/chat", body, {{"Cookie", cookie}});
    }));
  }
  for (auto& answer : answers) {
    const auto got = answer.get();
    EXPECT_EQ(got.status, 200) << got.body;
  }
  const auto messages = Messages(browser, conversation_id);
  EXPECT_THAT(messages, SizeIs(2 * (limits::kTurnsRunningPerPersonMax + 1)));
}

TEST_F(Order, RefusesASecondMessageWhereThatIsConfiguredAndTakesItAfterwards) {
  config_.second_message = SecondMessage::kIsRefused;
  UseModel();
  model().Answer(HeldReply());
  Start();
  auto browser = Browser();
  const auto first = Send(browser, "One.");
  const json::object second{{"message", "Two."},
                            {"conversation_id", TextAt(first, "conversation_id")},
                            {"client_message_id", "two"}};
  const auto refused = browser.Post("/api/turns", second);
  EXPECT_EQ(refused.status, 409);
  EXPECT_EQ(TextAt(refused.Json(), "code"), "turn_running");
  gate().OpenForGood();
  WaitForEnd(browser, TextAt(first, "turn_id"));
  EXPECT_EQ(browser.Post("/api/turns", second).status, 202);
}

}  // namespace
}  // namespace nat::testing
