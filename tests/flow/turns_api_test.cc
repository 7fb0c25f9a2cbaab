// A turn belongs to the service, not to a connection: it is followed, left, resumed and stopped.
#include <gmock/gmock.h>

#include "tests/support/flow.h"

namespace nat::testing {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::Ne;
using ::testing::StartsWith;

class ATurn : public Flow {
 protected:
  void StartWithHeldReply() {
    UseModel();
    model().Answer(HeldReply());
    Start();
  }
  static std::string EventsPath(const json::object& turn) {
    return "/api/turns/" + TextAt(turn, "turn_id") + "/events";
  }
  // Reads up to and with the first event that has text.
  static std::vector<PeerEvent> ReadToText(EventStream& stream) {
    std::vector<PeerEvent> events;
    while (auto event = stream.Next()) {
      events.push_back(std::move(*event));
      if (events.back().name == "text") break;
    }
    return events;
  }
};

TEST_F(ATurn, GoesOnWhenItsReaderLeaves) {
  StartWithHeldReply();
  auto browser = Browser();
  const auto turn = Send(browser, "Hello.");
  auto stream = browser.Follow(EventsPath(turn));
  gate().LetPass(1);
  EXPECT_EQ(ReadToText(stream).back().name, "text");
  stream.Leave();
  gate().OpenForGood();
  const auto ended = WaitForEnd(browser, TextAt(turn, "turn_id"));
  EXPECT_EQ(TextAt(ended, "status"), "completed");
  EXPECT_EQ(TextAt(ended, "text"), kWholeReply);
}

TEST_F(ATurn, IsResumedInTheMiddleWithoutAGapOrARepeat) {
  StartWithHeldReply();
  auto browser = Browser();
  const auto turn = Send(browser, "Hello.");
  auto first = browser.Follow(EventsPath(turn));
  gate().LetPass(1);
  auto events = ReadToText(first);
  ASSERT_EQ(events.back().name, "text");
  first.Leave();
  gate().LetPass(1);

  const auto last = std::to_string(events.back().number);
  auto second = browser.Follow(EventsPath(turn), {{"Last-Event-ID", last}});
  const auto more = ReadToText(second);
  ASSERT_FALSE(more.empty());
  events.insert(events.end(), more.begin(), more.end());
  second.Leave();
  gate().OpenForGood();

  auto third = browser.Follow(EventsPath(turn) + "?after=" + std::to_string(events.back().number));
  const auto rest = third.ReadToEnd();
  events.insert(events.end(), rest.begin(), rest.end());
  EXPECT_EQ(TextOf(events), kWholeReply);
  EXPECT_EQ(events.back().name, "done");
  for (std::size_t at = 0; at < events.size(); ++at) EXPECT_EQ(events[at].number, at + 1);
}

TEST_F(ATurn, IsAcceptedBeforeItIsAnswered) {
  StartWithHeldReply();
  auto browser = Browser();
  const auto accepted = Send(browser, "Hello.");
  EXPECT_EQ(TextAt(accepted, "status"), "running");
  EXPECT_THAT(TextAt(accepted, "conversation_id"), Ne(""));
  EXPECT_THAT(TextAt(accepted, "message_id"), Ne(""));
  const auto turn_path = "/api/turns/" + TextAt(accepted, "turn_id");
  EXPECT_EQ(TextAt(browser.Get(turn_path).Json(), "status"), "running");
  gate().OpenForGood();
  const auto ended = WaitForEnd(browser, TextAt(accepted, "turn_id"));
  EXPECT_EQ(TextAt(ended, "status"), "completed");
  EXPECT_EQ(TextAt(ended, "text"), kWholeReply);
  ASSERT_TRUE(ended.contains("source"));
  EXPECT_EQ(TextAt(ended.at("source").as_object(), "provider"), "model");
}

TEST_F(ATurn, IsTheSameForSeveralReaders) {
  StartWithHeldReply();
  auto browser = Browser();
  const auto turn = Send(browser, "Hello.");
  std::vector<EventStream> readers;
  for (int reader = 0; reader < 3; ++reader) readers.push_back(browser.Follow(EventsPath(turn)));
  gate().OpenForGood();
  const auto events = readers[0].ReadToEnd();
  EXPECT_EQ(TextOf(events), kWholeReply);
  for (std::size_t reader = 1; reader < readers.size(); ++reader) {
    const auto same = readers[reader].ReadToEnd();
    EXPECT_EQ(NumbersOf(same), NumbersOf(events));
    EXPECT_EQ(NamesOf(same), NamesOf(events));
    EXPECT_EQ(TextOf(same), kWholeReply);
  }
}

TEST_F(ATurn, KeepsWhatWasSaidWhenItIsStopped) {
  UseModel();
  auto begun = StreamOf({ContentEvent(kSentences[0]), ContentEvent(kSentences[1])});
  begun.ending = FakeEnding::kHang;
  model().Answer(begun);
  Start();
  auto browser = Browser();
  const auto turn = Send(browser, "Hello.");
  auto stream = browser.Follow(EventsPath(turn));
  auto events = ReadToText(stream);
  const auto stopped = browser.Delete("/api/turns/" + TextAt(turn, "turn_id"));
  EXPECT_EQ(stopped.status, 200);
  EXPECT_EQ(TextAt(stopped.Json(), "status"), "stopped");
  const auto rest = stream.ReadToEnd();
  events.insert(events.end(), rest.begin(), rest.end());
  EXPECT_EQ(events.back().name, "done");
  EXPECT_EQ(TextAt(events.back().fields, "status"), "stopped");
  const auto shown = TextOf(events);
  EXPECT_THAT(shown, Ne(""));
  EXPECT_THAT(kWholeReply, StartsWith(shown));
  EXPECT_EQ(TextAt(stopped.Json(), "text"), shown);
  const auto messages = Messages(browser, TextAt(turn, "conversation_id"));
  EXPECT_THAT(TextsAt(messages, "text"), ElementsAre("Hello.", shown));
  EXPECT_EQ(TextAt(messages.back(), "status"), "stopped");
  // The model is not left talking to nobody.
  EXPECT_TRUE(model().WaitForDepartures(1));
}

TEST_F(ATurn, CanBeStoppedBeforeAnythingWasSaid) {
  UseModel();
  model().Answer(SilentAnswer());
  Start();
  auto browser = Browser();
  const auto turn = Send(browser, "Hello.");
  ASSERT_TRUE(Eventually([&] { return model().requests().size() == 1; }));
  const auto stopped = browser.Delete("/api/turns/" + TextAt(turn, "turn_id")).Json();
  EXPECT_EQ(TextAt(stopped, "status"), "stopped");
  EXPECT_EQ(TextAt(stopped, "text"), "");
  EXPECT_TRUE(model().WaitForDepartures(1));
}

TEST_F(ATurn, EndsInOneWayWhenItIsStoppedAtItsEnd) {
  UseModel();
  model().Answer(StreamedReply(kWholeReply));
  Start();
  auto browser = Browser();
  for (int attempt = 0; attempt < 20; ++attempt) {
    const auto turn = Send(browser, "Hello.");
    auto stream = browser.Follow(EventsPath(turn));
    std::string text;
    while (text.size() < static_cast<std::size_t>(attempt) * kWholeReply.size() / 20) {
      const auto event = stream.Next();
      ASSERT_TRUE(event);
      text += TextOf({*event});
    }
    const auto stopped = browser.Delete("/api/turns/" + TextAt(turn, "turn_id")).Json();
    const auto rest = stream.ReadToEnd();
    ASSERT_FALSE(rest.empty());
    EXPECT_EQ(TextAt(rest.back().fields, "status"), TextAt(stopped, "status"));
    EXPECT_EQ(text + TextOf(rest), TextAt(stopped, "text"));
    const bool is_whole = TextAt(stopped, "text") == kWholeReply;
    EXPECT_TRUE(is_whole || TextAt(stopped, "status") == "stopped");
  }
}

TEST_F(ATurn, StaysAsItEndedWhenItIsStoppedLater) {
  UseModel();
  model().Answer(StreamedReply(kWholeReply));
  Start();
  auto browser = Browser();
  const auto turn = Converse(browser, "Hello.");
  const auto stopped = browser.Delete("/api/turns/" + TextAt(turn, "turn_id")).Json();
  EXPECT_EQ(TextAt(stopped, "status"), "completed");
  EXPECT_EQ(TextAt(stopped, "text"), kWholeReply);
}

TEST_F(ATurn, SaysThatThereIsNothingLeftToWhoHasReadItAll) {
  UseModel();
  model().Answer(StreamedReply(kWholeReply));
  Start();
  auto browser = Browser();
  const auto turn = Converse(browser, "Hello.");
  const auto last = std::to_string(turn.at("last_event").to_number<int>());
  auto answer = browser.Get(EventsPath(turn), {{"Last-Event-ID", last}});
  EXPECT_EQ(answer.status, 204);
  EXPECT_THAT(answer.body, IsEmpty());
}

TEST_F(ATurn, IsToldFromTheStoreWhereItsLogIsGone) {
  UseModel();
  model().Answer(StreamedReply(kWholeReply));
  Start();
  auto browser = Browser();
  const auto turn = Converse(browser, "Hello.");
  Restart();
  browser.MoveTo(port());
  auto whole = browser.Follow(EventsPath(turn));
  const auto events = whole.ReadToEnd();
  EXPECT_THAT(NamesOf(events), ElementsAre("turn", "snapshot", "done"));
  EXPECT_EQ(TextOf(events), kWholeReply);
  // The numbers stand, so that a reader from before the restart goes on.
  EXPECT_EQ(events.back().number, turn.at("last_event").to_number<std::uint64_t>());
  auto rest = browser.Follow(EventsPath(turn) + "?after=2");
  EXPECT_THAT(NamesOf(rest.ReadToEnd()), ElementsAre("snapshot", "done"));
}

}  // namespace
}  // namespace nat::testing
