// A client that does not give up: it sends a message under an id of its own until that is
// acknowledged, and follows the reply to its end, over as many connections as it takes, always from
// the last event that it has. What it sees goes to a TurnWitness.
//
//   PatientClient client(service.port());
//   ASSERT_TRUE(client.Arrive());
//   TurnWitness witness(voice.ReplyTo(words));
//   client.Converse({{"message", words}, {"client_message_id", "1"}}, Way::kEvents, witness);
#pragma once

#include <array>
#include <chrono>
#include <cstdint>
#include <functional>
#include <map>
#include <string>
#include <string_view>

#include "tests/support/http_peer.h"
#include "tests/support/turn_witness.h"

namespace nat::testing {

// How a reply is followed.
enum class Way {
  kEvents,      // POST /api/turns, then GET /api/turns/{id}/events
  kChatStream,  // POST /chat with events, again from the first one after each break
  kSocket,      // send over GET /api/socket, and resume after each break
  kPolls,       // POST /api/turns, then GET /api/turns/{id} again and again
};
inline constexpr std::array kAllWays = {Way::kEvents, Way::kChatStream, Way::kSocket, Way::kPolls};
std::string_view WordOf(Way way);

// The event that a frame of the socket is.
PeerEvent EventOf(const json::object& frame);

class PatientClient {
 public:
  explicit PatientClient(std::uint16_t port) : browser_(port), port_(port) {}

  // Opens the page, and so has a cookie. False where nobody answers within the patience.
  bool Arrive();
  // The same person in another tab, which may talk on another thread.
  PatientClient AnotherTab() const;
  // Until the end is known; or the patience is over, or a refusal that waiting does not change has
  // come, which is blamed. `body` is that of POST /api/turns; without a client_message_id a break
  // may double the message.
  void Converse(const json::object& body, Way way, TurnWitness& witness);
  // Called after everything that is seen of a turn, on the thread of Converse.
  void OnSight(std::function<void(const TurnWitness&)> on_sight) {
    on_sight_ = std::move(on_sight);
  }
  void BePatientFor(std::chrono::seconds patience) { patience_ = patience; }

  // Asks until it is answered with 200; an empty object where it is refused or the patience is
  // over.
  json::object Get(const std::string& target);

  HttpPeer& browser() { return browser_; }
  void MoveTo(std::uint16_t port);
  // How often each status was answered; 0: the connection broke.
  const std::map<int, std::size_t>& answers() const { return answers_; }

 private:
  void Try(const json::object& body, Way way, TurnWitness& witness);
  bool Send(const json::object& body, TurnWitness& witness);
  void Follow(TurnWitness& witness);
  void Poll(TurnWitness& witness);
  void TryChatStream(json::object body, TurnWitness& witness);
  void TrySocket(json::object body, TurnWitness& witness);
  bool TakeAnswer(const json::object& frame, std::uint64_t after, TurnWitness& witness);
  void SeeTurn(const json::object& turn, TurnWitness& witness);
  void See(const PeerEvent& event, TurnWitness& witness);
  void ReadEvents(EventStream& stream, std::uint64_t after, TurnWitness& witness);
  bool Judge(int status, int wanted, const std::string& body, TurnWitness& witness);

  HttpPeer browser_;
  std::uint16_t port_;
  std::chrono::seconds patience_{30};
  bool is_refused_ = false;
  std::function<void(const TurnWitness&)> on_sight_;
  std::map<int, std::size_t> answers_;
};

}  // namespace nat::testing
