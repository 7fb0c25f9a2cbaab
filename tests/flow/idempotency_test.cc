// A message that is sent twice, because an answer was lost on its way, is one message.
#include <gmock/gmock.h>

#include <future>
#include <set>

#include "tests/support/flow.h"

namespace nat::testing {
namespace {

using ::testing::ElementsAre;
using ::testing::Ne;
using ::testing::SizeIs;

constexpr std::size_t kAtOnce = 8;
constexpr const char* kUnguessable = "7d0c1f0a-52f5-4f6e-9a0e-2b7f3c9d1e55";

class Repeat : public Flow {
 protected:
  void StartWithModel() {
    UseModel();
    model().Answer(StreamedReply(kWholeReply));
    Start();
  }
  static json::object Hello(const std::string& client_message_id) {
    return {{"message", "Hello."}, {"client_message_id", client_message_id}};
  }
};

TEST_F(Repeat, WithOtherWordsIsRefusedAndStoresNothing) {
  StartWithModel();
  auto browser = Browser();
  const auto first = browser.Post("/api/turns", Hello("m-1")).Json();
  auto other = Hello("m-1");
  other["message"] = "Something else.";
  const auto answer = browser.Post("/api/turns", other);
  EXPECT_EQ(answer.status, 409);
  EXPECT_EQ(TextAt(answer.Json(), "code"), "conflict");
  const auto turn = WaitForEnd(browser, TextAt(first, "turn_id"));
  EXPECT_EQ(TextAt(turn, "status"), "completed");
  EXPECT_THAT(ItemsOf(browser.Get("/api/conversations").Json()), SizeIs(1));
}

TEST_F(Repeat, IsTheSameTurn) {
  StartWithModel();
  auto browser = Browser();
  const auto first = browser.Post("/api/turns", Hello("m-1")).Json();
  WaitForEnd(browser, TextAt(first, "turn_id"));
  const auto again = browser.Post("/api/turns", Hello("m-1"));
  EXPECT_EQ(again.status, 202);
  EXPECT_EQ(TextAt(again.Json(), "turn_id"), TextAt(first, "turn_id"));
  EXPECT_THAT(Messages(browser, TextAt(first, "conversation_id")), SizeIs(2));
  EXPECT_THAT(model().requests(), SizeIs(1));
}

TEST_F(Repeat, WhileTheReplyRunsIsTheSameTurn) {
  UseModel();
  model().Answer(HeldReply());
  Start();
  auto browser = Browser();
  const auto first = browser.Post("/api/turns", Hello("m-1")).Json();
  const auto again = browser.Post("/api/turns", Hello("m-1")).Json();
  EXPECT_EQ(TextAt(again, "turn_id"), TextAt(first, "turn_id"));
  EXPECT_EQ(TextAt(again, "status"), "running");
}

TEST_F(Repeat, IsTheSameTurnAfterARestart) {
  StartWithModel();
  auto browser = Browser();
  const auto first = browser.Post("/api/turns", Hello("m-1")).Json();
  WaitForEnd(browser, TextAt(first, "turn_id"));
  Restart();
  browser.MoveTo(port());
  const auto again = browser.Post("/api/turns", Hello("m-1")).Json();
  EXPECT_EQ(TextAt(again, "turn_id"), TextAt(first, "turn_id"));
  EXPECT_EQ(TextAt(again, "text"), kWholeReply);
}

TEST_F(Repeat, ManyTimesAtOnceIsOneTurn) {
  StartWithModel();
  const auto cookie = Browser().cookie();
  std::vector<std::future<json::object>> answers;
  for (std::size_t peer = 0; peer < kAtOnce; ++peer) {
    answers.push_back(std::async(std::launch::async, [this, cookie] {
      return Curl().Post("/api/turns", Hello("m-1"), {{"Cookie", cookie}}).Json();
    }));
  }
  std::set<std::string> turn_ids;
  for (auto& answer : answers) turn_ids.insert(TextAt(answer.get(), "turn_id"));
  EXPECT_THAT(turn_ids, ElementsAre(Ne("")));
  auto owner = Curl();
  const auto list = owner.Get("/api/conversations", {{"Cookie", cookie}}).Json();
  EXPECT_THAT(ItemsOf(list), SizeIs(1));
}

TEST_F(Repeat, OfAKeyOfTheHeaderIsTheSameTurn) {
  StartWithModel();
  auto browser = Browser();
  const json::object hello{{"message", "Hello."}};
  const auto first = browser.Post("/chat", hello, {{"Idempotency-Key", "k-1"}}).Json();
  const auto again = browser.Post("/chat", hello, {{"Idempotency-Key", "k-1"}}).Json();
  EXPECT_THAT(TextAt(first, "turn_id"), Ne(""));
  EXPECT_EQ(TextAt(again, "turn_id"), TextAt(first, "turn_id"));
  EXPECT_EQ(TextAt(again, "response"), kWholeReply);
}

TEST_F(Repeat, OfAnUnguessableKeyNeedsNoCookie) {
  StartWithModel();
  const json::object hello{{"message", "Hello."}};
  const auto first = Curl().Post("/chat", hello, {{"Idempotency-Key", kUnguessable}}).Json();
  const auto again = Curl().Post("/chat", hello, {{"Idempotency-Key", kUnguessable}}).Json();
  EXPECT_THAT(TextAt(first, "turn_id"), Ne(""));
  EXPECT_EQ(TextAt(again, "turn_id"), TextAt(first, "turn_id"));
  EXPECT_THAT(model().requests(), SizeIs(1));
}

TEST_F(Repeat, OfAGuessableKeyWithoutACookieOpensNothing) {
  StartWithModel();
  const json::object hello{{"message", "Hello."}};
  const auto one = Curl().Post("/chat", hello, {{"Idempotency-Key", "1"}}).Json();
  const auto other = Curl().Post("/chat", hello, {{"Idempotency-Key", "1"}}).Json();
  EXPECT_NE(TextAt(one, "turn_id"), TextAt(other, "turn_id"));
}

TEST_F(Repeat, ByAnotherPersonIsAnotherTurn) {
  StartWithModel();
  auto one = Browser();
  auto other = Browser();
  const auto first = one.Post("/api/turns", Hello("m-1")).Json();
  const auto second = other.Post("/api/turns", Hello("m-1")).Json();
  EXPECT_THAT(TextAt(second, "turn_id"), Ne(""));
  EXPECT_NE(TextAt(second, "turn_id"), TextAt(first, "turn_id"));
}

}  // namespace
}  // namespace nat::testing
