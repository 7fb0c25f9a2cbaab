// The service is asked to end, as an orchestrator does: who is being answered is answered to the
// end, who comes is sent elsewhere, and what hangs is ended by the second signal.
#include <gmock/gmock.h>

#include <csignal>

#include "tests/support/fake_answers.h"
#include "tests/support/faults.h"

namespace nat::testing {
namespace {

using ::testing::ElementsAre;
using ::testing::Ne;

class Stops : public Faults {
 protected:
  // Asks it to end at the first words of a reply, once.
  void StopAtFirstWords(PatientClient& client) {
    has_stopped_ = false;
    client.OnSight([this](const TurnWitness& witness) {
      if (has_stopped_ || witness.shown().empty()) return;
      has_stopped_ = true;
      service_.Signal(SIGTERM);
    });
  }
  // Waits until the service sends people elsewhere.
  void WaitUntilItIsNotReady() {
    const auto end = std::chrono::steady_clock::now() + std::chrono::seconds(10);
    HttpPeer watcher(service_.port(), Cookies::kIgnored);
    while (watcher.Get("/health/ready").status != 503) {
      ASSERT_LT(std::chrono::steady_clock::now(), end);
      std::this_thread::yield();
    }
  }

  bool has_stopped_ = false;
};

// Who only asks now and then may come too late, and finds the reply after the next start.
TEST_F(Stops, LetRepliesComeToTheirEndForWhoeverFollowsThem) {
  row_.plan = "SIGTERM in the middle of a reply";
  for (const auto way : {Way::kEvents, Way::kChatStream, Way::kSocket}) {
    SCOPED_TRACE(WordOf(way));
    ASSERT_TRUE(Start());
    PatientClient client(service_.port());
    ASSERT_TRUE(client.Arrive());
    StopAtFirstWords(client);
    auto witness = Converse(client, voice_.Message(messages_made_), way);
    EXPECT_TRUE(has_stopped_);
    EXPECT_THAT(witness.ends(), ElementsAre("completed"));
    EXPECT_EQ(service_.WaitForEnd(), 0) << service_.errors();
    ASSERT_TRUE(StartAgain());
    Settle(client, witness);
    EXPECT_EQ(service_.Stop(), 0);
    ++row_.faults;
  }
}

TEST_F(Stops, TakeNoNewMessagesAndEndWhatHangsAtTheSecondSignal) {
  row_.plan = "SIGTERM while the model hangs";
  const std::string begun = "Some of it comes, and more of it was to come. And then ";
  model_.AnswerWith([&](const FakeRequest&) {
    auto answer = StreamOf({ContentEvent(begun)});
    answer.ending = FakeEnding::kHang;
    return answer;
  });
  ASSERT_TRUE(Start());
  PatientClient client(service_.port());
  ASSERT_TRUE(client.Arrive());
  auto other = client.AnotherTab();
  client.OnSight([&](const TurnWitness& witness) {
    if (has_stopped_ || witness.shown().empty()) return;
    has_stopped_ = true;
    service_.Signal(SIGTERM);
    WaitUntilItIsNotReady();
    const auto refused = other.browser().Post("/api/turns", Body("Is there room for me?"));
    EXPECT_EQ(refused.status, 503);
    EXPECT_THAT(refused.Field("Retry-After").value_or(""), Ne(""));
    service_.Signal(SIGTERM);
  });
  TurnWitness witness(begun + "it goes on");
  client.Converse(Body("Hello."), Way::kEvents, witness);
  EXPECT_THAT(witness.ends(), ElementsAre("interrupted"));
  EXPECT_EQ(service_.WaitForEnd(), 0) << service_.errors();
  ++row_.faults;
  ASSERT_TRUE(StartAgain());
  Settle(client, witness);
}

}  // namespace
}  // namespace nat::testing
