#include "tests/support/patient_client.h"

#include <boost/json/serialize.hpp>
#include <thread>

#include "tests/support/socket_peer.h"

namespace nat::testing {
namespace {

using SteadyClock = std::chrono::steady_clock;

constexpr auto kPause = std::chrono::milliseconds(2);
constexpr int kBroken = 0;
constexpr int kSwitched = 101;
constexpr int kNoContent = 204;
constexpr int kAccepted = 202;
constexpr int kTooManyRequests = 429;
constexpr int kUnavailable = 503;
constexpr int kNormalClosure = 1000;  // RFC 6455, 7.4.1

// What the same request may be answered otherwise a moment later.
bool IsPassing(int status) {
  return status == kBroken || status == kTooManyRequests || status == kUnavailable;
}

}  // namespace

std::string_view WordOf(Way way) {
  switch (way) {
    case Way::kEvents:
      return "events";
    case Way::kChatStream:
      return "chat stream";
    case Way::kSocket:
      return "socket";
    case Way::kPolls:
      break;
  }
  return "polls";
}

PeerEvent EventOf(const json::object& frame) {
  PeerEvent event;
  event.name = TextAt(frame, "type");
  event.number = frame.at("id").to_number<std::uint64_t>();
  event.fields = frame.at("data").as_object();
  return event;
}

bool PatientClient::Arrive() {
  Get("/health");
  const auto end = SteadyClock::now() + patience_;
  while (browser_.cookie().empty() && SteadyClock::now() < end) {
    if (browser_.Get("/").status == kBroken) std::this_thread::sleep_for(kPause);
  }
  return !browser_.cookie().empty();
}

PatientClient PatientClient::AnotherTab() const {
  PatientClient tab(port_);
  tab.browser_.UseCookie(browser_.cookie());
  tab.patience_ = patience_;
  return tab;
}

json::object PatientClient::Get(const std::string& target) {
  const auto end = SteadyClock::now() + patience_;
  while (SteadyClock::now() < end) {
    const auto answer = browser_.Get(target);
    ++answers_[answer.status];
    if (answer.status == 200) return answer.Json();
    if (!IsPassing(answer.status)) break;
    std::this_thread::sleep_for(kPause);
  }
  return json::object();
}

void PatientClient::MoveTo(std::uint16_t port) {
  port_ = port;
  browser_.MoveTo(port);
}

void PatientClient::Converse(const json::object& body, Way way, TurnWitness& witness) {
  const auto end = SteadyClock::now() + patience_;
  is_refused_ = false;
  while (!witness.has_ended() && !is_refused_ && SteadyClock::now() < end) {
    const auto seen = witness.events_seen();
    Try(body, way, witness);
    if (witness.events_seen() == seen) std::this_thread::sleep_for(kPause);
  }
  if (!witness.has_ended()) witness.Blame("it did not come to an end in time");
}

void PatientClient::Try(const json::object& body, Way way, TurnWitness& witness) {
  if (way == Way::kChatStream) return TryChatStream(body, witness);
  if (way == Way::kSocket) return TrySocket(body, witness);
  if (!witness.is_acknowledged() && !Send(body, witness)) return;
  if (witness.has_ended()) return;
  if (way == Way::kEvents) {
    Follow(witness);
  } else {
    Poll(witness);
  }
}

bool PatientClient::Send(const json::object& body, TurnWitness& witness) {
  const auto answer = browser_.Post("/api/turns", body);
  if (!Judge(answer.status, kAccepted, answer.body, witness)) return false;
  SeeTurn(answer.Json(), witness);
  return true;
}

void PatientClient::Follow(TurnWitness& witness) {
  const auto after = witness.last_number();
  const auto target = "/api/turns/" + witness.turn_id() + "/events";
  auto stream = browser_.Follow(target, {{"Last-Event-ID", std::to_string(after)}});
  // It has everything already, but not in what way it ended.
  if (stream.answer().status == kNoContent) return Poll(witness);
  if (!Judge(stream.answer().status, 200, stream.answer().body, witness)) return;
  ReadEvents(stream, after, witness);
}

void PatientClient::Poll(TurnWitness& witness) {
  const auto answer = browser_.Get("/api/turns/" + witness.turn_id());
  if (Judge(answer.status, 200, answer.body, witness)) SeeTurn(answer.Json(), witness);
}

void PatientClient::SeeTurn(const json::object& turn, TurnWitness& witness) {
  witness.SeeTurn(turn);
  if (on_sight_) on_sight_(witness);
}

void PatientClient::See(const PeerEvent& event, TurnWitness& witness) {
  witness.See(event);
  if (on_sight_) on_sight_(witness);
}

void PatientClient::TryChatStream(json::object body, TurnWitness& witness) {
  body["stream"] = true;
  auto stream = browser_.PostAndFollow("/chat", body);
  if (!Judge(stream.answer().status, 200, stream.answer().body, witness)) return;
  ReadEvents(stream, 0, witness);
}

void PatientClient::ReadEvents(EventStream& stream, std::uint64_t after, TurnWitness& witness) {
  witness.Connect(after);
  while (auto event = stream.Next()) {
    See(*event, witness);
  }
}

void PatientClient::TrySocket(json::object body, TurnWitness& witness) {
  SocketPeer socket(port_, browser_.cookie());
  if (!Judge(socket.is_open() ? kSwitched : kBroken, kSwitched, socket.head(), witness)) return;
  const auto after = witness.last_number();
  const bool is_resumed = witness.is_acknowledged();
  body["type"] = "send";
  if (is_resumed) body = {{"type", "resume"}, {"turn_id", witness.turn_id()}, {"after", after}};
  body["request_id"] = "the only one";
  socket.Send(body);
  witness.Connect(is_resumed ? after : 0);
  bool is_over = false;
  while (!is_over) {
    const auto frame = socket.Next();
    if (!frame) return;
    const auto type = TextAt(*frame, "type");
    if (type == "ack" || type == "error") {
      is_over = TakeAnswer(*frame, after, witness);
      continue;
    }
    See(EventOf(*frame), witness);
    is_over = type == "done";
  }
  socket.SayGoodbye(kNormalClosure);
}

// Whether nothing more will come.
bool PatientClient::TakeAnswer(const json::object& frame, std::uint64_t after,
                               TurnWitness& witness) {
  if (const auto* problem = frame.if_contains("problem")) {
    const auto status = problem->as_object().at("status").to_number<int>();
    Judge(status, kSwitched, json::serialize(*problem), witness);
    return true;
  }
  const auto& turn = frame.at("turn").as_object();
  SeeTurn(turn, witness);
  return TextAt(turn, "status") != "running" &&
         turn.at("last_event").to_number<std::uint64_t>() <= after;
}

// What a client should try again after, it does; any other refusal is the end, and wrong.
bool PatientClient::Judge(int status, int wanted, const std::string& body, TurnWitness& witness) {
  ++answers_[status];
  if (status == wanted) return true;
  if (IsPassing(status)) return false;
  is_refused_ = true;
  witness.Blame("answered " + std::to_string(status) + ": " + body);
  return false;
}

}  // namespace nat::testing
