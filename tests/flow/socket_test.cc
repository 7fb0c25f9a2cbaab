// Turns over one WebSocket: the same turns, events and errors as over HTTP.
#include <gmock/gmock.h>

#include <boost/json/serialize.hpp>
#include <map>

#include "tests/support/flow.h"
#include "tests/support/socket_peer.h"

namespace nat::testing {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

class Socket : public Flow {
 protected:
  void StartHeld() {
    UseModel();
    model().Answer(HeldReply());
    Start();
  }
  SocketPeer Connect(const HttpPeer& browser) const { return SocketPeer(port(), browser.cookie()); }

  static json::object Next(SocketPeer& socket) {
    auto frame = socket.Next();
    EXPECT_TRUE(frame) << "no frame came";
    return frame ? std::move(*frame) : json::object();
  }
  // Sends a message; gives the turn of its acknowledgement.
  static json::object Say(SocketPeer& socket, const std::string& message,
                          json::object fields = {}) {
    fields["type"] = "send";
    fields["request_id"] = message;
    fields["message"] = message;
    socket.Send(fields);
    const auto ack = Next(socket);
    EXPECT_EQ(TextAt(ack, "type"), "ack") << json::serialize(ack);
    EXPECT_EQ(TextAt(ack, "request_id"), message);
    return ack.contains("turn") ? ack.at("turn").as_object() : json::object();
  }
  // The events of the turn up to its end; what comes of other turns meanwhile is dropped.
  static std::vector<json::object> ReadToEnd(SocketPeer& socket, const std::string& turn_id) {
    std::vector<json::object> events;
    for (;;) {
      auto frame = socket.Next();
      EXPECT_TRUE(frame) << "the events ended without their end";
      if (!frame) return events;
      if (TextAt(*frame, "turn_id") != turn_id) continue;
      events.push_back(std::move(*frame));
      if (TextAt(events.back(), "type") == "done") return events;
    }
  }
  static std::string Said(const std::vector<json::object>& events) {
    std::string text;
    for (const auto& event : events) {
      if (TextAt(event, "type") == "text") text += TextAt(event, "text");
    }
    return text;
  }
  static void ExpectNumbersFrom(std::int64_t first, const std::vector<json::object>& events) {
    for (const auto& event : events) EXPECT_EQ(event.at("id").as_int64(), first++);
  }
  static std::string ProblemOf(const json::object& frame) {
    EXPECT_EQ(TextAt(frame, "type"), "error") << json::serialize(frame);
    const auto* problem = frame.if_contains("problem");
    return problem ? TextAt(problem->as_object(), "code") : "";
  }
};

TEST_F(Socket, IsRefusedToPagesOfOtherOriginsAndToRequestsThatAreNone) {
  Start();
  auto browser = Browser();
  EXPECT_EQ(browser.Get("/api/socket").status, 426);
  const auto foreign = browser.Get(
      "/api/socket",
      {{"Origin", "https://evil.example"}, {"Connection", "Upgrade"}, {"Upgrade", "websocket"}});
  EXPECT_EQ(foreign.status, 403);
}

TEST_F(Socket, CarriesTheHeadersOfEveryAnswerAndTheProtocol) {
  Start();
  const SocketPeer guest(port(), "");
  ASSERT_TRUE(guest.is_open());
  EXPECT_THAT(guest.head(), HasSubstr("X-Request-Id: "));
  EXPECT_THAT(guest.head(), HasSubstr("Set-Cookie: nat_guest="));
  EXPECT_THAT(guest.head(), HasSubstr("Sec-WebSocket-Protocol: notatherapist.v1"));
}

TEST_F(Socket, AnswersWhatItDoesNotUnderstandAndGoesOnUntilItIsTooMuch) {
  Start();
  auto browser = Browser();
  auto socket = Connect(browser);
  ASSERT_TRUE(socket.SendFrame({SocketPeer::Opcode::kText, true, "hello"}));
  EXPECT_EQ(ProblemOf(Next(socket)), "invalid_json");
  socket.Send({{"type", "dance"}, {"request_id", "r1"}});
  const auto unknown = Next(socket);
  EXPECT_EQ(ProblemOf(unknown), "invalid_input");
  EXPECT_EQ(TextAt(unknown, "request_id"), "r1");
  socket.Send({{"type", "send"}, {"request_id", "r2"}});
  EXPECT_EQ(ProblemOf(Next(socket)), "invalid_input");
  socket.Send({{"type", "resume"}, {"turn_id", "no-such-turn"}});
  EXPECT_EQ(ProblemOf(Next(socket)), "not_found");
  socket.Send({{"type", "ping"}});
  EXPECT_EQ(TextAt(Next(socket), "type"), "pong");
  for (std::size_t fault = 0; fault < limits::kSocketFaultsMax; ++fault) {
    socket.SendFrame({SocketPeer::Opcode::kText, true, "{}"});
  }
  while (socket.Next()) continue;
  EXPECT_EQ(socket.close_code(), 1008);
}

TEST_F(Socket, ClosesOnAFrameThatIsTooLarge) {
  Start();
  auto browser = Browser();
  auto socket = Connect(browser);
  socket.SendFrame(
      {SocketPeer::Opcode::kText, true, std::string(limits::kSocketMessageBytesMax + 1, 'x')});
  while (socket.Next()) continue;
  EXPECT_EQ(socket.close_code(), 1009);
}

TEST_F(Socket, SendsAMessageAndFollowsItsReplyToTheEnd) {
  StartHeld();
  gate().OpenForGood();
  auto browser = Browser();
  auto socket = Connect(browser);
  const auto turn = Say(socket, "Hello.");
  const auto events = ReadToEnd(socket, TextAt(turn, "turn_id"));
  ExpectNumbersFrom(1, events);
  ASSERT_GE(events.size(), 3U);
  EXPECT_EQ(TextAt(events.front(), "type"), "turn");
  EXPECT_EQ(TextAt(events.front(), "conversation_id"), TextAt(turn, "conversation_id"));
  EXPECT_EQ(Said(events), kWholeReply);
  EXPECT_EQ(TextAt(events.back(), "status"), "completed");
  EXPECT_EQ(TextAt(events.back().at("data").as_object(), "status"), "completed");
  // What the socket saw is what server-sent events tell.
  const auto stream =
      browser.Follow("/api/turns/" + TextAt(turn, "turn_id") + "/events").ReadToEnd();
  ASSERT_EQ(stream.size(), events.size());
  for (std::size_t at = 0; at < stream.size(); ++at) {
    EXPECT_EQ(stream[at].name, TextAt(events[at], "type"));
    EXPECT_EQ(json::value(stream[at].fields), events[at].at("data"));
  }
}

TEST_F(Socket, ResumesAfterAnyNumberOnAnotherConnection) {
  StartHeld();
  auto browser = Browser();
  auto first = std::make_unique<SocketPeer>(port(), browser.cookie());
  const auto turn_id = TextAt(Say(*first, "Hello."), "turn_id");
  gate().LetPass(2);
  EXPECT_EQ(TextAt(Next(*first), "type"), "turn");
  const auto seen = Next(*first);
  EXPECT_EQ(TextAt(seen, "type"), "text");
  first->Reset();
  gate().OpenForGood();
  WaitForEnd(browser, turn_id);
  auto second = Connect(browser);
  second.Send({{"type", "resume"}, {"turn_id", turn_id}, {"after", 2}, {"request_id", "r"}});
  const auto ack = Next(second);
  EXPECT_EQ(TextAt(ack, "type"), "ack");
  EXPECT_EQ(TextAt(ack.at("turn").as_object(), "text"), kWholeReply);
  const auto rest = ReadToEnd(second, turn_id);
  ExpectNumbersFrom(3, rest);
  EXPECT_EQ(TextAt(seen, "text") + Said(rest), kWholeReply);
  second.Send({{"type", "resume"}, {"turn_id", turn_id}, {"after", 1'000}});
  EXPECT_EQ(TextAt(Next(second), "type"), "ack");
  second.Send({{"type", "resume"}, {"turn_id", turn_id}, {"after", -1}});
  EXPECT_EQ(ProblemOf(Next(second)), "invalid_input");
}

TEST_F(Socket, StopsAReplyAndKeepsWhatWasSaid) {
  StartHeld();
  auto browser = Browser();
  auto socket = Connect(browser);
  const auto turn_id = TextAt(Say(socket, "Hello."), "turn_id");
  gate().LetPass(2);
  EXPECT_EQ(TextAt(Next(socket), "type"), "turn");
  auto said = TextAt(Next(socket), "text");
  socket.Send({{"type", "stop"}, {"turn_id", turn_id}, {"request_id", "enough"}});
  std::vector<std::string> statuses;
  while (statuses.size() < 2) {
    const auto frame = Next(socket);
    ASSERT_FALSE(frame.empty());
    const bool is_ack = TextAt(frame, "type") == "ack";
    said += TextAt(frame, "text");  // what was on its way
    if (is_ack) statuses.push_back(TextAt(frame.at("turn").as_object(), "status"));
    if (TextAt(frame, "type") == "done") statuses.push_back(TextAt(frame, "status"));
  }
  EXPECT_THAT(statuses, ElementsAre("stopped", "stopped"));
  EXPECT_EQ(TextAt(browser.Get("/api/turns/" + turn_id).Json(), "text"), said);
}

TEST_F(Socket, CarriesSeveralTurnsAtOnce) {
  StartHeld();
  auto browser = Browser();
  auto socket = Connect(browser);
  std::vector<std::string> turns;
  for (const std::string message : {"One.", "Two.", "Three."}) {
    socket.Send({{"type", "send"}, {"message", message}, {"request_id", message}});
  }
  std::map<std::string, std::vector<json::object>> events;
  gate().OpenForGood();
  for (std::size_t ended = 0; ended < 3;) {
    const auto frame = Next(socket);
    ASSERT_FALSE(frame.empty());
    if (TextAt(frame, "type") == "ack") continue;
    events[TextAt(frame, "turn_id")].push_back(frame);
    if (TextAt(frame, "type") == "done") ++ended;
  }
  ASSERT_EQ(events.size(), 3U);
  for (const auto& [turn, of_turn] : events) {
    ExpectNumbersFrom(1, of_turn);
    EXPECT_EQ(Said(of_turn), kWholeReply);
  }
}

TEST_F(Socket, RepeatsASendAsTheSameTurn) {
  StartHeld();
  auto browser = Browser();
  auto socket = Connect(browser);
  const auto first = Say(socket, "Hello.", {{"client_message_id", "m1"}});
  auto other = Connect(browser);
  const auto again = Say(other, "Hello.", {{"client_message_id", "m1"}});
  EXPECT_EQ(TextAt(again, "turn_id"), TextAt(first, "turn_id"));
  other.Send({{"type", "send"}, {"message", "Goodbye."}, {"client_message_id", "m1"}});
  auto frame = Next(other);
  while (TextAt(frame, "type") != "error") frame = Next(other);
  EXPECT_EQ(ProblemOf(frame), "conflict");
  gate().OpenForGood();
  EXPECT_EQ(Said(ReadToEnd(other, TextAt(first, "turn_id"))), kWholeReply);
  EXPECT_EQ(Messages(browser, TextAt(first, "conversation_id")).size(), 2U);
}

TEST_F(Socket, TellsOtherDevicesWhichTurnsBegin) {
  StartHeld();
  auto browser = Browser();
  const auto first = Send(browser, "Hello.");
  const auto conversation = TextAt(first, "conversation_id");
  auto device = Connect(browser);
  device.Send({{"type", "watch"}, {"conversation_id", conversation}, {"request_id", "w"}});
  EXPECT_EQ(TextAt(Next(device), "conversation_id"), conversation);
  const auto running = Next(device);
  EXPECT_EQ(TextAt(running, "type"), "turn");
  EXPECT_EQ(TextAt(running, "turn_id"), TextAt(first, "turn_id"));
  gate().OpenForGood();
  const auto second = Send(browser, "And another thing.", conversation);
  EXPECT_EQ(TextAt(Next(device), "turn_id"), TextAt(second, "turn_id"));
  // What the watching socket sends itself it is told of once.
  const auto own = Say(device, "From here.", {{"conversation_id", conversation}});
  ExpectNumbersFrom(1, ReadToEnd(device, TextAt(own, "turn_id")));
  device.Send({{"type", "watch"}});
  EXPECT_EQ(TextAt(Next(device), "type"), "ack");
  Converse(browser, "Unseen.", conversation);
  device.Send({{"type", "ping"}});
  EXPECT_EQ(TextAt(Next(device), "type"), "pong");
}

TEST_F(Socket, ReachesNothingOfAnotherPerson) {
  StartHeld();
  auto browser = Browser();
  const auto turn = Send(browser, "Hello.");
  auto stranger = Browser();
  auto socket = Connect(stranger);
  socket.Send({{"type", "resume"}, {"turn_id", TextAt(turn, "turn_id")}});
  EXPECT_EQ(ProblemOf(Next(socket)), "not_found");
  socket.Send({{"type", "stop"}, {"turn_id", TextAt(turn, "turn_id")}});
  EXPECT_EQ(ProblemOf(Next(socket)), "not_found");
  socket.Send({{"type", "watch"}, {"conversation_id", TextAt(turn, "conversation_id")}});
  EXPECT_EQ(ProblemOf(Next(socket)), "not_found");
  gate().OpenForGood();
}

// This waits out limits::kPreparePause, as the start has made a connection ready as well.
TEST_F(Socket, MakesAConnectionToTheModelReadyWhileSomeoneTypes) {
  StartHeld();
  auto browser = Browser();
  auto socket = Connect(browser);
  ASSERT_TRUE(Eventually([&] { return model().connections() == 1; }));
  model().CloseConnections();
  EXPECT_TRUE(Eventually([&] {
    socket.Send({{"type", "typing"}});
    socket.Send({{"type", "ping"}});
    EXPECT_EQ(TextAt(Next(socket), "type"), "pong");
    return model().connections() == 2;
  }));
  EXPECT_EQ(model().requests().size(), 0U);
  // The message then uses it.
  gate().OpenForGood();
  ReadToEnd(socket, TextAt(Say(socket, "Hello."), "turn_id"));
  EXPECT_EQ(model().requests().size(), 1U);
  EXPECT_EQ(model().connections(), 2U);
}

TEST_F(Socket, IsToldGoodbyeWhenTheServiceEnds) {
  Start();
  auto browser = Browser();
  auto socket = Connect(browser);
  socket.Send({{"type", "ping"}});
  EXPECT_EQ(TextAt(Next(socket), "type"), "pong");
  const auto ending = app_->BeginShutdown(std::chrono::seconds(20));
  EXPECT_FALSE(socket.Next());
  EXPECT_EQ(socket.close_code(), 1001);
}

}  // namespace
}  // namespace nat::testing
