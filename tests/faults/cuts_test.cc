// The connection is cut after every event of a reply, and inside of events: what was read before
// and what is read after are together exactly the reply.
#include <gmock/gmock.h>

#include <atomic>
#include <memory>
#include <optional>

#include "tests/support/fake_answers.h"
#include "tests/support/fault_proxy.h"
#include "tests/support/faults.h"
#include "tests/support/socket_peer.h"

namespace nat::testing {
namespace {

using ::testing::ElementsAreArray;
using ::testing::IsEmpty;

// One piece of the model each, and one event each: a whole sentence without a clause, and long
// enough that the first is not held back.
const std::vector<std::string> kPieces = {
    "The kettle is on and the window is open a little and the letter lies on the table. ",
    "Über Nacht hat es geregnet und die Straße glänzt noch und alles riecht nach Erde. ",
    "Сначала чай и потом письмо и только потом прогулка до реки. ",
    "First the coffee ☕ and then the stairs and then the rest of the long day 🌿. ",
    "The 👩‍👩‍👧 from downstairs brought soup and bread and a spare umbrella ☂️. ",
    "There are **three lemons** and one _small_ onion and no bread at all. ",
    "The old man put the ladder back into the shed and went in without a word. ",
    "Na stole leżą gruszki i dwa zeszyty i żółta kartka. ",
    "The neighbour waters her tomatoes at six and today she waved across the yard. ",
    "And that is all there is to say about this evening for now."};

constexpr std::size_t kEvents = 12;  // with the first and the last

enum class Cut { kClosed, kReset };

class Cuts : public Faults {
 protected:
  static std::string WholeReply() {
    std::string whole;
    for (const auto& piece : kPieces) whole += piece;
    return whole;
  }
  // The next reply stops before each piece until the gate lets it pass.
  void HoldReply() {
    gate_ = std::make_shared<FakeGate>();
    std::vector<std::string> events;
    for (const auto& piece : kPieces) events.push_back(ContentEvent(piece));
    events.push_back(FinishEvent("stop") + kDoneEvent);
    auto answer = StreamOf(std::move(events));
    answer.gate = gate_;
    model_.AnswerWith([answer](const FakeRequest&) { return answer; });
  }

  // Follows a reply that goes no further than it is let, takes so many events, and cuts.
  void ReadAndCut(PatientClient& client, Way way, Cut cut, std::size_t count,
                  const json::object& body, TurnWitness& witness) {
    if (way == Way::kSocket) {
      SocketPeer socket(service_.port(), client.browser().cookie());
      auto send = body;
      send["type"] = "send";
      ASSERT_TRUE(socket.Send(send));
      ASSERT_EQ(TextAt(socket.Next().value_or(json::object()), "type"), "ack");
      const auto next = [&socket]() -> std::optional<PeerEvent> {
        auto frame = socket.Next();
        if (!frame) return std::nullopt;
        return EventOf(*frame);
      };
      Read(next, count, witness);
      return cut == Cut::kReset ? socket.Reset() : socket.Leave();
    }
    auto streamed = body;
    streamed["stream"] = true;
    auto stream = way == Way::kChatStream
                      ? client.browser().PostAndFollow("/chat", streamed)
                      : client.browser().Follow("/api/turns/" + witness.turn_id() + "/events");
    Read([&stream] { return stream.Next(); }, count, witness);
    return cut == Cut::kReset ? stream.Vanish() : stream.Leave();
  }

  // A sentence is shown when the next one begins. Those that arrive together are one event.
  template <class Next>
  void Read(Next next, std::size_t count, TurnWitness& witness) {
    gate_->LetPass(1);
    witness.Connect(0);
    for (std::size_t number = 1; number <= count; ++number) {
      if (number > 1) gate_->LetPass(1);
      const auto event = next();
      ASSERT_TRUE(event) << "event " << number;
      witness.See(*event);
    }
  }

  void CutAfter(PatientClient& client, Way way, Cut cut, std::size_t count) {
    HoldReply();
    const auto body = Body("Number " + std::to_string(messages_made_) + ", if you please.");
    TurnWitness witness(WholeReply());
    if (way == Way::kEvents) witness.SeeTurn(client.browser().Post("/api/turns", body).Json());
    ReadAndCut(client, way, cut, count, body, witness);
    ++row_.faults;
    EXPECT_EQ(witness.last_number(), count);
    gate_->OpenForGood();
    client.Converse(body, way, witness);
    Settle(client, witness);
    CompareWithLog(client, witness);
  }

  // Whoever reads it all at once has read the same.
  static void CompareWithLog(PatientClient& client, const TurnWitness& witness) {
    auto stream = client.browser().Follow("/api/turns/" + witness.turn_id() + "/events?after=0");
    TurnWitness other(witness.whole());
    other.Connect(0);
    for (const auto& event : stream.ReadToEnd()) other.See(event);
    EXPECT_THAT(other.wrongs(), IsEmpty());
    EXPECT_EQ(other.last_number(), witness.last_number());
    EXPECT_EQ(other.shown(), witness.shown());
  }

  // Of the whole answer, as it goes over the wire.
  std::size_t BytesOfStream(PatientClient& client, const std::string& turn_id) const {
    RawClient raw(service_.port());
    raw.Send("GET /api/turns/" + turn_id + "/events HTTP/1.1\r\nHost: localhost\r\nCookie: " +
             client.browser().cookie() + "\r\nConnection: close\r\n\r\n");
    return raw.ReadToEnd().size();
  }

  std::shared_ptr<FakeGate> gate_;  // shared with the model server
};

TEST_F(Cuts, AfterEveryEventLoseNothing) {
  row_.plan = "cuts after every event";
  ASSERT_TRUE(Start());
  PatientClient client(service_.port());
  ASSERT_TRUE(client.Arrive());
  for (const auto way : {Way::kEvents, Way::kChatStream, Way::kSocket}) {
    for (const auto cut : {Cut::kClosed, Cut::kReset}) {
      for (std::size_t count = 0; count <= kEvents && !HasFailure(); ++count) {
        SCOPED_TRACE(std::string(WordOf(way)) + " after " + std::to_string(count));
        CutAfter(client, way, cut, count);
      }
    }
  }
}

TEST_F(Cuts, InsideOfEventsLoseNothing) {
  row_.plan = "cuts inside of events";
  voice_.Hurry();
  ASSERT_TRUE(Start());
  std::atomic<std::size_t> cut_after = 0;  // of the next connection only; 0: none
  std::atomic<bool> is_reset = false;
  FaultProxy network(service_.port(), [&] {
    FaultProxy::Plan plan;
    if (const auto bytes = cut_after.exchange(0)) plan.down_bytes_max = bytes;
    plan.is_reset = is_reset;
    return plan;
  });
  PatientClient client(service_.port());
  ASSERT_TRUE(client.Arrive());
  const auto words = voice_.Message(1);
  const auto body = Body(words);
  TurnWitness first(voice_.ReplyTo(words));
  client.Converse(body, Way::kEvents, first);
  auto distant = client.AnotherTab();
  distant.MoveTo(network.port());
  const auto length = BytesOfStream(client, first.turn_id());
  for (const auto way : {Way::kEvents, Way::kChatStream, Way::kSocket}) {
    for (std::size_t bytes = 1; bytes < length; bytes += dice_.Between(1, 40)) {
      SCOPED_TRACE(std::string(WordOf(way)) + " after byte " + std::to_string(bytes));
      TurnWitness witness(voice_.ReplyTo(words));
      if (way != Way::kChatStream) witness.Acknowledge(first.turn_id());
      is_reset = dice_.OneIn(2);
      cut_after = bytes;
      distant.Converse(body, way, witness);
      Settle(client, witness);
    }
  }
  row_.faults = network.counts().cuts + network.counts().resets;
  EXPECT_GT(row_.faults, length / 40);
}

}  // namespace
}  // namespace nat::testing
