#include "chat/chat_service.h"

#include <gtest/gtest.h>

#include <string>

#include "chat/reply_events.h"
#include "tests/support/chat_rig.h"

namespace nat {
namespace {

using Ending = ScriptedProvider::Ending;

std::string TextOf(const std::vector<ReplyEvent>& events) {
  std::string text;
  for (const auto& event : events) text += TextOfEvent(event);
  return text;
}

void ExpectNoGap(const std::vector<ReplyEvent>& events, std::uint64_t first) {
  for (const auto& event : events) EXPECT_EQ(event.number, first++);
}

SendRequest Saying(const Caller& caller, std::string message) {
  SendRequest request;
  request.caller = caller;
  request.message = std::move(message);
  return request;
}

Task<void> Forget(Task<Result<Turn>> sending) {
  const auto ignored = co_await std::move(sending);
  static_cast<void>(ignored);
}

TEST(ChatService, RefusesAnEmptyMessageAndStoresNothing) {
  ChatRig rig;
  rig.Add("model", {{"Hello."}});
  rig.Start();
  const auto guest = rig.Guest();
  const auto sent = rig.Send(Saying(guest, " \n "));
  ASSERT_FALSE(sent);
  EXPECT_EQ(sent.error().code, ErrorCode::kInvalidInput);
  const auto list = RunTask(rig.loop(), rig.conversations().List(guest, "", 10));
  ASSERT_TRUE(list);
  EXPECT_TRUE(list->conversations.empty());
}

TEST(ChatService, EndsAReplyThatBreaksAfterItsFirstWordsAsInterrupted) {
  ChatRig rig;
  rig.Add("model",
          {{"It sounds as if this week asked a great deal of you. ", "And then"}, Ending::kBreaks});
  rig.Start();
  const auto guest = rig.Guest();
  const auto turn = rig.Say(guest, "hello");
  const auto events = rig.ReadAll(guest, turn.id);
  ExpectNoGap(events, 1);
  EXPECT_EQ(events.front().name, "turn");
  EXPECT_EQ(events.back().name, "done");
  EXPECT_NE(events.back().payload.find("interrupted"), std::string::npos);
  const auto ended = rig.Ended(guest, turn.id);
  EXPECT_EQ(ended.status, TurnStatus::kInterrupted);
  EXPECT_EQ(ended.problem, "upstream");
  EXPECT_EQ(ended.text, TextOf(events));
  EXPECT_TRUE(ended.text.starts_with("It sounds as if this week"));
}

TEST(ChatService, FailsATurnThatNoProviderAnswers) {
  ChatRig rig;
  rig.Add("first", {{}, Ending::kRefuses});
  rig.Add("second", {{}, Ending::kEnds});
  rig.Start();
  const auto guest = rig.Guest();
  const auto ended = rig.Ended(guest, rig.Say(guest, "hello").id);
  EXPECT_EQ(ended.status, TurnStatus::kFailed);
  EXPECT_EQ(ended.text, "");
}

TEST(ChatService, SaysThatTheLastResortIsOneAndStreamsItWhole) {
  ChatRig rig;
  rig.Add("first", {{}, Ending::kRefuses});
  rig.Add("companion", {{"I am ", "here. ", "What happened?"}, Ending::kEnds});
  rig.Start();
  const auto guest = rig.Guest();
  const auto turn = rig.Say(guest, "hello");
  const auto events = rig.ReadAll(guest, turn.id);
  ASSERT_GE(events.size(), 4U);
  EXPECT_EQ(events[1].name, "notice");
  EXPECT_NE(events[1].payload.find("offline"), std::string::npos);
  EXPECT_EQ(TextOf(events), "I am here. What happened?");
  EXPECT_EQ(rig.Ended(guest, turn.id).source.provider, "companion");
}

TEST(ChatService, GivesARepeatTheSameTurnAndOtherWordsAConflict) {
  ChatRig rig;
  auto& model = rig.Add("model", {{"Hello."}});
  rig.Start();
  auto request = Saying(rig.Guest(), "hello");
  request.client_message_id = "one";
  const auto first = rig.Send(request);
  const auto second = rig.Send(request);
  ASSERT_TRUE(first && second);
  EXPECT_EQ(first->id, second->id);
  rig.Ended(request.caller, first->id);
  EXPECT_EQ(model.requests().size(), 1U);
  auto other = request;
  other.message = "something else";
  const auto refused = rig.Send(other);
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, ErrorCode::kConflict);
  auto stranger = request;
  stranger.caller = rig.Guest();
  EXPECT_NE(rig.Send(stranger)->id, first->id);
}

TEST(ChatService, ShowsNothingOfAConversationToAStranger) {
  ChatRig rig;
  rig.Add("model", {{"Hello."}});
  rig.Start();
  const auto guest = rig.Guest();
  const auto turn = rig.Say(guest, "hello");
  const auto stranger = rig.Guest();
  for (const auto& caller : {stranger, Caller{guest.person, false}}) {
    EXPECT_EQ(RunTask(rig.loop(), rig.chat().FindTurn(caller, turn.id)).error().code,
              ErrorCode::kNotFound);
    EXPECT_EQ(RunTask(rig.loop(), rig.chat().Stop(caller, turn.id)).error().code,
              ErrorCode::kNotFound);
    auto request = Saying(caller, "let me in");
    request.conversation = turn.conversation;
    EXPECT_EQ(rig.Send(request).error().code, ErrorCode::kNotFound);
  }
}

TEST(ChatService, AStopKeepsWhatWasSaid) {
  ChatRig rig;
  auto gate = rig.MakeGate();
  rig.Add("model",
          {{"One whole sentence, long enough to be shown, is said. ", "Another ", "follows. "},
           Ending::kEnds,
           gate});
  rig.Start();
  const auto guest = rig.Guest();
  const auto turn = rig.Say(guest, "hello");
  gate->OpenUpTo(2);
  const std::string said = "One whole sentence, long enough to be shown, is said.";
  while (RunTask(rig.loop(), rig.chat().FindTurn(guest, turn.id))->text != said) {
    rig.loop().restart();
    rig.loop().run_one();
  }
  const auto stopped = RunTask(rig.loop(), rig.chat().Stop(guest, turn.id));
  ASSERT_TRUE(stopped);
  EXPECT_EQ(stopped->status, TurnStatus::kStopped);
  EXPECT_EQ(stopped->text, said);
  EXPECT_EQ(stopped->problem, "");
  EXPECT_EQ(rig.Path(guest, turn.conversation).back().text, said);
}

TEST(ChatService, AnswersASecondMessageAfterTheFirst) {
  ChatRig rig;
  auto gate = rig.MakeGate();
  auto& model = rig.Add("model", {{"A reply. "}, Ending::kEnds, gate});
  rig.Start();
  const auto guest = rig.Guest();
  const auto first = rig.Say(guest, "one");
  const auto second = rig.Say(guest, "two", first.conversation);
  EXPECT_EQ(model.requests().size(), 1U);
  gate->OpenUpTo(10);
  rig.Ended(guest, second.id);
  ASSERT_EQ(model.requests().size(), 2U);
  const auto& told = model.requests()[1].messages;
  ASSERT_EQ(told.size(), 4U);
  EXPECT_EQ(told[1].text, "one");
  EXPECT_EQ(told[2].text, "A reply.");
  EXPECT_EQ(told[3].text, "two");
}

TEST(ChatService, ResumesAfterAnyNumberWithoutGapOrRepeat) {
  ChatRig rig;
  rig.Add("model", {{"First one. ", "Second one. ", "Third one. "}, Ending::kEnds});
  rig.Start();
  const auto guest = rig.Guest();
  const auto turn = rig.Say(guest, "hello");
  const auto all = rig.ReadAll(guest, turn.id);
  for (std::uint64_t after = 0; after <= all.size(); ++after) {
    const auto rest = rig.ReadAll(guest, turn.id, after);
    ASSERT_EQ(rest.size(), all.size() - after);
    ExpectNoGap(rest, after + 1);
  }
}

TEST(ChatService, EndsWhatACrashInterruptedWithAllThatWasShown) {
  ChatRig rig;
  auto gate = rig.MakeGate();
  rig.Add("model",
          {{"This one was shown to the person before the power went. ", "This ", "was not"},
           Ending::kEnds,
           gate});
  rig.Start();
  const auto guest = rig.Guest();
  const auto turn = rig.Say(guest, "hello");
  gate->OpenUpTo(2);
  std::string shown;
  while (shown.empty()) {
    shown = RunTask(rig.loop(), rig.chat().FindTurn(guest, turn.id))->text;
  }
  rig.Crash();
  rig.Add("model", {{" And here is the rest."}, Ending::kEnds});
  rig.Start();
  const auto found = RunTask(rig.loop(), rig.chat().FindTurn(guest, turn.id));
  ASSERT_TRUE(found);
  EXPECT_EQ(found->status, TurnStatus::kInterrupted);
  EXPECT_EQ(found->text, shown);
  const auto events = rig.ReadAll(guest, turn.id);
  ASSERT_EQ(events.size(), 3U);
  EXPECT_EQ(events[1].name, "snapshot");
  EXPECT_EQ(events[2].number, found->last_event);
  EXPECT_EQ(rig.ReadAll(guest, turn.id, found->last_event - 1).size(), 1U);

  SendRequest request;
  request.caller = guest;
  request.continue_of = found->reply_message;
  const auto rest = rig.Send(request);
  ASSERT_TRUE(rest);
  EXPECT_EQ(rig.Ended(guest, rest->id).text, "And here is the rest.");
  EXPECT_EQ(rig.Path(guest, turn.conversation).size(), 3U);
}

TEST(ChatService, MakesSiblingsAndOverwritesNothing) {
  ChatRig rig;
  rig.Add("model", {{"A reply."}, Ending::kEnds});
  rig.Start();
  const auto guest = rig.Guest();
  const auto first = rig.Ended(guest, rig.Say(guest, "hello").id);
  SendRequest again;
  again.caller = guest;
  again.regenerate_of = first.reply_message;
  const auto second = rig.Ended(guest, rig.Send(again)->id);
  auto path = rig.Path(guest, first.conversation);
  ASSERT_EQ(path.size(), 2U);
  EXPECT_EQ(path[1].id, second.reply_message);
  EXPECT_EQ(path[1].siblings.size(), 2U);

  auto edit = Saying(guest, "hello, differently");
  edit.edit_of = path[0].id;
  const auto third = rig.Ended(guest, rig.Send(edit)->id);
  path = rig.Path(guest, first.conversation);
  ASSERT_EQ(path.size(), 2U);
  EXPECT_EQ(path[0].text, "hello, differently");
  EXPECT_EQ(path[0].siblings.size(), 2U);
  EXPECT_EQ(path[1].id, third.reply_message);
}

TEST(ChatService, TakesNoNewTurnsOnceItDrains) {
  ChatRig rig;
  rig.Add("model", {{"A reply."}, Ending::kEnds});
  rig.Start();
  EXPECT_TRUE(RunTask(rig.loop(), rig.chat().Drain(std::chrono::seconds(1))));
  const auto refused = rig.Send(Saying(rig.Guest(), "hello"));
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, ErrorCode::kUnavailable);
}

TEST(ChatService, EndsWhatDoesNotEndInTimeAtAShutdownAsInterrupted) {
  ChatRig rig;
  auto gate = rig.MakeGate();
  rig.Add("model", {{"Held. "}, Ending::kEnds, gate});
  rig.Start();
  const auto guest = rig.Guest();
  const auto turn = rig.Say(guest, "hello");
  EXPECT_FALSE(RunTask(rig.loop(), rig.chat().Drain(std::chrono::milliseconds(20))));
  EXPECT_EQ(rig.Ended(guest, turn.id).status, TurnStatus::kFailed);
}

TEST(ChatService, RefusesASecondMessageWhereThatIsConfigured) {
  ChatRig rig;
  auto gate = rig.MakeGate();
  rig.Add("model",
          {{"It sounds as if this week asked a great deal of you. ", "Yes."}, Ending::kEnds, gate});
  rig.RefuseSecondMessages();
  rig.Start();
  const auto guest = rig.Guest();
  const auto first = rig.Say(guest, "hello");
  auto second = Saying(guest, "and another thing");
  second.conversation = first.conversation;
  const auto refused = rig.Send(second);
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, ErrorCode::kTurnRunning);
  gate->OpenUpTo(100);
  rig.ReadAll(guest, first.id);
  EXPECT_EQ(rig.Path(guest, first.conversation).size(), 2U);
  EXPECT_TRUE(rig.Send(second));
}

TEST(ChatService, AnswersAMessageWhoseSenderWasCutOffWhileItWasStored) {
  ChatRig rig;
  rig.Add("model", {{"Hello."}});
  rig.Start();
  const auto guest = rig.Guest();
  auto request = Saying(guest, "hello");
  // Cut off at every step between taking the message in and knowing that it is stored.
  for (int steps = 1; steps <= 20; ++steps) {
    request.client_message_id = "a-closing-tab-" + std::to_string(steps);
    TaskGroup tab(rig.loop().get_executor(), [](const auto&, const auto&) {});
    tab.Spawn("tab", Forget(rig.chat().Send(request)));
    rig.loop().restart();
    for (int step = 0; step < steps && tab.size() > 0; ++step) rig.loop().run_one();
    tab.CancelAll();
    EXPECT_TRUE(RunTask(rig.loop(), tab.Drain(std::chrono::seconds(5))));
    const auto repeat = rig.Send(request);
    ASSERT_TRUE(repeat);
    EXPECT_EQ(rig.Ended(guest, repeat->id).status, TurnStatus::kCompleted) << steps;
    EXPECT_EQ(rig.Path(guest, repeat->conversation).size(), 2U);
  }
}

TEST(ChatService, KnowsARepeatThatNamesTheConversationItBegan) {
  ChatRig rig;
  rig.Add("model", {{"Hello."}});
  rig.Start();
  const auto guest = rig.Guest();
  auto request = Saying(guest, "hello");
  request.client_message_id = "first";
  const auto first = rig.Send(request);
  ASSERT_TRUE(first);
  request.conversation = first->conversation;
  const auto repeat = rig.Send(request);
  ASSERT_TRUE(repeat);
  EXPECT_EQ(repeat->id, first->id);
  const auto elsewhere = rig.Say(guest, "something else");
  request.conversation = elsewhere.conversation;
  const auto refused = rig.Send(request);
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, ErrorCode::kConflict);
}

TEST(ChatService, MakesAReplyAnewThatBrokeOffBeforeItsFirstWord) {
  ChatRig rig;
  rig.Add("silent", {{"never said"}, Ending::kEnds, rig.MakeGate()});
  rig.Start();
  const auto guest = rig.Guest();
  const auto turn = rig.Say(guest, "hello");
  rig.Crash();
  auto& model = rig.Add("model", {{"Hello."}});
  rig.Start();
  SendRequest request;
  request.caller = guest;
  request.continue_of = turn.reply_message;
  const auto anew = rig.Send(request);
  ASSERT_TRUE(anew);
  EXPECT_EQ(rig.Ended(guest, anew->id).text, "Hello.");
  EXPECT_EQ(model.requests().back().messages.back().text, "hello");
  const auto path = rig.Path(guest, turn.conversation);
  ASSERT_EQ(path.size(), 2U);
  EXPECT_EQ(path[1].siblings.size(), 2U);
}

}  // namespace
}  // namespace nat
