// What people write is nowhere in the clear: not in the data directory, the log or the metrics.
#include <gmock/gmock.h>

#include "tests/support/flow.h"
#include "tests/support/free_port.h"

namespace nat::testing {
namespace {

using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;

// Words that stand nowhere else.
constexpr const char* kTyped = "Quetzalnebelhorn";
constexpr const char* kAnswered = "Zwiebelkristallpalast";
constexpr const char* kTitled = "Mondscheintarifzone";

class Privacy : public Flow {
 protected:
  // A conversation with each of the words in it, one reply that ran to its end and one that runs.
  json::object ConverseInWords(HttpPeer& peer) {
    auto held = HeldReply();
    held.pieces.insert(held.pieces.begin(),
                       ContentEvent(std::string(kAnswered) + ". " + kSentences[0]));
    model().Answer(StreamedReply(std::string("I see: ") + kAnswered + ". " + kWholeReply));
    model().Answer(held);
    auto turn = Converse(peer, std::string("I think of ") + kTyped);
    peer.Patch("/api/conversations/" + TextAt(turn, "conversation_id"),
               json::object{{"title", kTitled}});
    const auto running =
        Send(peer, std::string("Again: ") + kTyped, TextAt(turn, "conversation_id"));
    auto stream = peer.Follow("/api/turns/" + TextAt(running, "turn_id") + "/events");
    gate().LetPass(1);
    while (auto event = stream.Next()) {
      if (event->name == "text") break;
    }
    return turn;
  }
};

TEST_F(Privacy, HoldsForTheDataDirectory) {
  UseModel();
  Start();
  auto browser = Browser();
  ConverseInWords(browser);
  // That the files are looked into at all.
  EXPECT_THAT(FilesWith(folder_.path(), "CREATE TABLE"), Not(IsEmpty()));
  for (const std::string word : {kTyped, kAnswered, kTitled}) {
    EXPECT_THAT(FilesWith(folder_.path(), word), IsEmpty()) << "while it runs: " << word;
  }
  Stop();
  for (const std::string word : {kTyped, kAnswered, kTitled}) {
    EXPECT_THAT(FilesWith(folder_.path(), word), IsEmpty()) << "after it ended: " << word;
  }
}

TEST_F(Privacy, HoldsForTheLog) {
  UseModel();
  config_.log_level = LogLevel::kDebug;
  ::testing::internal::CaptureStderr();
  Start();
  auto browser = Browser();
  const auto turn = ConverseInWords(browser);
  browser.Post("/api/turns", json::object{{"message", kTyped}, {"stream", 1}, {"edit_of", kTyped}});
  browser.Get(std::string("/api/turns/") + kTyped);
  Stop();
  const auto log = ::testing::internal::GetCapturedStderr();
  // That there is a log at all.
  EXPECT_THAT(log, HasSubstr("turn.finished"));
  for (const std::string word : {kTyped, kAnswered, kTitled})
    EXPECT_THAT(log, Not(HasSubstr(word)));
  for (const auto& field : {"turn_id", "conversation_id", "message_id", "user_message_id"}) {
    ASSERT_FALSE(TextAt(turn, field).empty());
    EXPECT_THAT(log, Not(HasSubstr(TextAt(turn, field)))) << field;
  }
  EXPECT_THAT(log, Not(HasSubstr("a-key-of-the-test")));
}

TEST_F(Privacy, HoldsForTheMetrics) {
  UseModel();
  config_.metrics_port = FreePort();
  Start();
  auto browser = Browser();
  const auto turn = ConverseInWords(browser);
  const auto answer = HttpPeer(app_->metrics_port()).Get("/metrics");
  ASSERT_EQ(answer.status, 200);
  EXPECT_THAT(answer.Field("Content-Type").value_or(""), HasSubstr("version=0.0.4"));
  // The one that ended is counted, by words that say nothing of anyone.
  EXPECT_THAT(answer.body, HasSubstr("status=\"completed\""));
  for (const std::string word : {kTyped, kAnswered, kTitled}) {
    EXPECT_THAT(answer.body, Not(HasSubstr(word)));
  }
  for (const auto& field : {"turn_id", "conversation_id", "message_id"}) {
    EXPECT_THAT(answer.body, Not(HasSubstr(TextAt(turn, field)))) << field;
  }
}

TEST_F(Privacy, KeepsTheMetricsOffThePublicPort) {
  config_.metrics_port = FreePort();
  Start();
  EXPECT_EQ(Curl().Get("/metrics").status, 404);
  EXPECT_EQ(HttpPeer(app_->metrics_port()).Get("/").status, 404);
}

}  // namespace
}  // namespace nat::testing
