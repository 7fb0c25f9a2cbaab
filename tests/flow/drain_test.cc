// The service is asked to end while someone is being answered.
#include <gmock/gmock.h>

#include <chrono>
#include <future>

#include "tests/support/flow.h"

namespace nat::testing {
namespace {

using ::testing::Ne;

constexpr auto kPlenty = std::chrono::seconds(20);

class Drain : public Flow {
 protected:
  static bool IsOver(const std::shared_future<void>& ending, std::chrono::seconds within) {
    return ending.wait_for(within) == std::future_status::ready;
  }
};

TEST_F(Drain, TakesNoNewMessages) {
  UseModel();
  model().Answer(HeldReply());
  Start();
  auto browser = Browser();
  Send(browser, "Hello.");
  const auto ending = app_->BeginShutdown(kPlenty);
  // This connection was open before.
  const auto answer = browser.Post("/api/turns", json::object{{"message", "One more thing."}});
  EXPECT_EQ(answer.status, 503);
  EXPECT_EQ(TextAt(answer.Json(), "code"), "unavailable");
  EXPECT_THAT(answer.Field("Retry-After").value_or(""), Ne(""));
  EXPECT_EQ(browser.Get("/health/ready").status, 503);
  EXPECT_EQ(browser.Get("/health/live").status, 200);
  gate().OpenForGood();
  EXPECT_TRUE(IsOver(ending, std::chrono::seconds(10)));
}

TEST_F(Drain, LetsTheReplyThatRunsComeToItsEnd) {
  UseModel();
  model().Answer(HeldReply());
  Start();
  auto browser = Browser();
  const auto turn = Send(browser, "Hello.");
  auto stream = browser.Follow("/api/turns/" + TextAt(turn, "turn_id") + "/events");
  ASSERT_EQ(stream.Next()->name, "turn");
  const auto ending = app_->BeginShutdown(kPlenty);
  EXPECT_FALSE(IsOver(ending, std::chrono::seconds(0)));
  gate().OpenForGood();
  const auto events = stream.ReadToEnd();
  EXPECT_TRUE(stream.is_whole());
  EXPECT_EQ(TextOf(events), kWholeReply);
  ASSERT_FALSE(events.empty());
  EXPECT_EQ(TextAt(events.back().fields, "status"), "completed");
  EXPECT_TRUE(IsOver(ending, std::chrono::seconds(10)));
}

TEST_F(Drain, EndsTheReplyThatTakesTooLong) {
  UseModel();
  model().Answer(HeldReply());
  Start();
  auto browser = Browser();
  const auto turn = Send(browser, "Hello.");
  auto stream = browser.Follow("/api/turns/" + TextAt(turn, "turn_id") + "/events");
  gate().LetPass(1);
  ASSERT_EQ(stream.Next()->name, "turn");
  ASSERT_EQ(stream.Next()->name, "text");
  const auto ending = app_->BeginShutdown(std::chrono::milliseconds(50));
  EXPECT_TRUE(IsOver(ending, std::chrono::seconds(10)));
  const auto events = stream.ReadToEnd();
  ASSERT_FALSE(events.empty());
  EXPECT_EQ(events.back().name, "done");
  EXPECT_EQ(TextAt(events.back().fields, "status"), "interrupted");
}

TEST_F(Drain, StillShowsTheReplyThatRunsToWhoeverComesBack) {
  UseModel();
  model().Answer(HeldReply());
  Start();
  auto browser = Browser();
  const auto turn = Send(browser, "Hello.");
  const auto ending = app_->BeginShutdown(kPlenty);
  auto reloaded = HttpPeer(port(), Cookies::kIgnored);
  EXPECT_EQ(reloaded.Get("/health/ready").status, 503);
  auto stream = browser.Follow("/api/turns/" + TextAt(turn, "turn_id") + "/events");
  ASSERT_EQ(stream.Next()->name, "turn");
  gate().OpenForGood();
  EXPECT_EQ(TextOf(stream.ReadToEnd()), kWholeReply);
  EXPECT_TRUE(IsOver(ending, std::chrono::seconds(10)));
}

TEST_F(Drain, ClosesThePort) {
  Start();
  const auto closed = port();
  const auto ending = app_->BeginShutdown(kPlenty);
  EXPECT_TRUE(IsOver(ending, std::chrono::seconds(10)));
  EXPECT_FALSE(RawClient(closed).is_connected());
}

}  // namespace
}  // namespace nat::testing
