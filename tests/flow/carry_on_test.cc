// A reply that broke off is carried on, by whoever can, and says nothing twice.
#include <gmock/gmock.h>

#include "tests/support/flow.h"

namespace nat::testing {
namespace {

using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::Ne;
using ::testing::Not;
using ::testing::StartsWith;

std::string Trimmed(const std::string& text) {
  const auto begin = text.find_first_not_of(" \n");
  if (begin == std::string::npos) return "";
  return text.substr(begin, text.find_last_not_of(" \n") + 1 - begin);
}

std::size_t CountOf(const std::string& part, const std::string& text) {
  std::size_t count = 0;
  for (auto at = text.find(part); at != std::string::npos; at = text.find(part, at + 1)) ++count;
  return count;
}

class CarryingOn : public Flow {
 protected:
  // Says the first sentence and a part of the second one, and breaks off.
  static FakeAnswer BrokenReply() {
    auto broken = StreamOf({ContentEvent(kSentences[0]), ContentEvent("The second sentence")});
    broken.ending = FakeEnding::kReset;
    return broken;
  }
  // A turn that broke off with text, and what is to answer after it.
  json::object BreakOff(HttpPeer& browser) {
    auto turn = Converse(browser, "Hello?");
    EXPECT_EQ(TextAt(turn, "status"), "interrupted");
    EXPECT_EQ(Trimmed(TextAt(turn, "text")), Trimmed(kSentences[0]));
    return turn;
  }
  static json::object CarryOn(HttpPeer& browser, const json::object& turn) {
    const auto answer =
        browser.Post("/api/turns", json::object{{"continue_of", TextAt(turn, "message_id")}});
    EXPECT_EQ(answer.status, 202) << answer.body;
    return WaitForEnd(browser, TextAt(answer.Json(), "turn_id"));
  }
  // What the two stored replies of a conversation say.
  static std::string BothOf(HttpPeer& browser, const json::object& turn) {
    const auto messages = Messages(browser, TextAt(turn, "conversation_id"));
    EXPECT_EQ(messages.size(), 3U);
    if (messages.size() != 3U) return "";
    EXPECT_THAT(TextsAt(messages, "role"), ElementsAre("user", "assistant", "assistant"));
    return TextAt(messages[1], "text") + "|" + TextAt(messages[2], "text");
  }
  static void ExpectEachSentenceOnce(const std::string& text) {
    for (const auto& sentence : kSentences) {
      EXPECT_EQ(CountOf(Trimmed(sentence), text), 1U) << sentence << "in: " << text;
    }
  }
  static std::string ProviderOf(const json::object& turn) {
    const auto* source = turn.if_contains("source");
    return source != nullptr ? TextAt(source->as_object(), "provider") : "";
  }
};

struct Way {
  std::string name;
  std::string reply;
};

std::vector<Way> WaysToCarryOn() {
  return {{"carries on", kSentences[1] + kSentences[2]},
          {"begins again from the start", kWholeReply},
          {"begins again in other letters and lines",
           "that is the first of three sentences,\nand it is not a short one.\n\n" + kSentences[1] +
               kSentences[2]},
          {"repeats half of what it said last",
           "and it is not a short one. " + kSentences[1] + kSentences[2]}};
}

TEST_F(CarryingOn, SaysNoSentenceTwiceHoweverTheModelBegins) {
  UseModel();
  Start();
  auto browser = Browser();
  for (const auto& way : WaysToCarryOn()) {
    SCOPED_TRACE("a model that " + way.name);
    model().AnswerWith([](const FakeRequest&) { return BrokenReply(); });
    const auto turn = BreakOff(browser);
    model().AnswerWith([&way](const FakeRequest&) { return StreamedReply(way.reply); });
    const auto rest = CarryOn(browser, turn);
    EXPECT_EQ(TextAt(rest, "status"), "completed");
    EXPECT_EQ(ProviderOf(rest), "model");
    EXPECT_EQ(Trimmed(TextAt(rest, "text")), kSentences[1] + kSentences[2]);
    ExpectEachSentenceOnce(BothOf(browser, turn));
  }
}

TEST_F(CarryingOn, LeavesOutTheLastOfSeveralSentencesWhereItIsRepeated) {
  UseModel();
  auto broken = StreamOf({ContentEvent(kSentences[0]), ContentEvent(kSentences[1]),
                          ContentEvent("The third sentence")});
  broken.ending = FakeEnding::kReset;
  model().Answer(broken);
  model().Answer(StreamedReply(kSentences[1] + kSentences[2]));
  Start();
  auto browser = Browser();
  const auto turn = Converse(browser, "Hello?");
  EXPECT_EQ(Trimmed(TextAt(turn, "text")), Trimmed(kSentences[0] + kSentences[1]));
  const auto rest = CarryOn(browser, turn);
  EXPECT_EQ(Trimmed(TextAt(rest, "text")), kSentences[2]);
  ExpectEachSentenceOnce(BothOf(browser, turn));
}

// What is shown is what is stored, also in the stream while it is held back.
TEST_F(CarryingOn, ShowsNothingOfTheRepetitionWhileItArrives) {
  UseModel();
  model().Answer(BrokenReply());
  model().Answer(HeldReply());
  Start();
  auto browser = Browser();
  const auto turn = BreakOff(browser);
  const auto posted =
      browser.Post("/api/turns", json::object{{"continue_of", TextAt(turn, "message_id")}}).Json();
  auto stream = browser.Follow("/api/turns/" + TextAt(posted, "turn_id") + "/events");
  gate().OpenForGood();
  const auto events = stream.ReadToEnd();
  EXPECT_THAT(NamesOf(events), Not(Contains("snapshot")));
  EXPECT_EQ(Trimmed(TextOf(events)), kSentences[1] + kSentences[2]);
}

TEST_F(CarryingOn, TellsTheModelWhatWasSaidAndWhatIsAskedOfIt) {
  UseModel();
  model().Answer(BrokenReply());
  model().Answer(StreamedReply(kSentences[1]));
  Start();
  auto browser = Browser();
  const auto turn = BreakOff(browser);
  CarryOn(browser, turn);
  ASSERT_EQ(model().requests().size(), 2U);
  const auto sent = MessagesOf(model().requests().back());
  ASSERT_EQ(sent.size(), 4U);
  EXPECT_THAT(sent[0], StartsWith("system: "));
  EXPECT_EQ(sent[1], "user: Hello?");
  EXPECT_EQ(sent[2], "assistant: " + TextAt(turn, "text"));
  EXPECT_THAT(sent[3], HasSubstr("cut off"));
}

TEST_F(CarryingOn, IsDoneByTheSecondModelWhereTheFirstStillFails) {
  FakeUpstream second;
  second.Answer(StreamedReply(kWholeReply));
  UseModel();
  config_.providers.push_back(ProviderAt(second, "second"));
  model().Answer(BrokenReply());
  model().Answer(JsonAnswer(401, "{}"));
  Start();
  auto browser = Browser();
  const auto turn = BreakOff(browser);
  const auto rest = CarryOn(browser, turn);
  EXPECT_EQ(TextAt(rest, "status"), "completed");
  EXPECT_EQ(ProviderOf(rest), "second");
  ExpectEachSentenceOnce(BothOf(browser, turn));
  ASSERT_EQ(second.requests().size(), 1U);
  EXPECT_THAT(MessagesOf(second.requests()[0]), Contains("assistant: " + TextAt(turn, "text")));
}

TEST_F(CarryingOn, IsDoneByTheSecondModelWhereTheFirstBreaksWithinTheRepetition) {
  FakeUpstream second;
  second.Answer(StreamedReply(kSentences[1] + kSentences[2]));
  UseModel();
  config_.providers.push_back(ProviderAt(second, "second"));
  model().Answer(BrokenReply());
  Start();
  auto browser = Browser();
  const auto turn = BreakOff(browser);
  const auto rest = CarryOn(browser, turn);  // the first says its one sentence again, and breaks
  EXPECT_EQ(TextAt(rest, "status"), "completed");
  EXPECT_EQ(ProviderOf(rest), "second");
  ExpectEachSentenceOnce(BothOf(browser, turn));
}

TEST_F(CarryingOn, IsDoneByTheCompanionWhereNoModelAnswers) {
  UseModel();
  model().Answer(BrokenReply());
  model().Answer(JsonAnswer(401, "{}"));
  Start();
  auto browser = Browser();
  const auto turn = BreakOff(browser);
  const auto rest = CarryOn(browser, turn);
  EXPECT_EQ(TextAt(rest, "status"), "completed");
  EXPECT_EQ(ProviderOf(rest), "companion");
  EXPECT_THAT(TextAt(rest, "text"), Ne(""));
  const auto events =
      browser.Follow("/api/turns/" + TextAt(rest, "turn_id") + "/events").ReadToEnd();
  ASSERT_GE(events.size(), 2U);
  EXPECT_EQ(TextAt(events[1].fields, "kind"), "offline");
}

// A continuation that breaks off is carried on like any reply.
TEST_F(CarryingOn, GoesOnUntilTheReplyIsWhole) {
  UseModel();
  model().Answer(BrokenReply());
  auto broken = StreamOf({ContentEvent(kSentences[1]), ContentEvent("The third")});
  broken.ending = FakeEnding::kReset;
  model().Answer(broken);
  model().Answer(StreamedReply(kSentences[1] + kSentences[2]));
  Start();
  auto browser = Browser();
  const auto turn = BreakOff(browser);
  const auto more = CarryOn(browser, turn);
  EXPECT_EQ(TextAt(more, "status"), "interrupted");
  const auto rest = CarryOn(browser, more);
  EXPECT_EQ(TextAt(rest, "status"), "completed");
  std::string all;
  for (const auto& message : Messages(browser, TextAt(turn, "conversation_id"))) {
    all += TextAt(message, "text") + "|";
  }
  ExpectEachSentenceOnce(all);
}

}  // namespace
}  // namespace nat::testing
