#include "tests/support/patient_client.h"

#include <thread>

namespace nat::testing {
namespace {

using SteadyClock = std::chrono::steady_clock;

constexpr auto kPause = std::chrono::milliseconds(2);
constexpr int kBroken = 0;
constexpr int kNoContent = 204;
constexpr int kAccepted = 202;
constexpr int kTooManyRequests = 429;
constexpr int kUnavailable = 503;

}  // namespace

std::string_view WordOf(Way way) {
  switch (way) {
    case Way::kEvents:
      return "events";
    case Way::kChatStream:
      return "chat stream";
    case Way::kPolls:
      break;
  }
  return "polls";
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
  while (!witness.has_ended() && SteadyClock::now() < end) {
    const auto seen = witness.events_seen();
    Try(body, way, witness);
    if (witness.events_seen() == seen) std::this_thread::sleep_for(kPause);
  }
  if (!witness.has_ended()) witness.Blame("it did not come to an end in time");
}

void PatientClient::Try(const json::object& body, Way way, TurnWitness& witness) {
  if (way == Way::kChatStream) return TryChatStream(body, witness);
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
  SeeTurn(answer, witness);
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
  if (Judge(answer.status, 200, answer.body, witness)) SeeTurn(answer, witness);
}

void PatientClient::SeeTurn(const PeerAnswer& answer, TurnWitness& witness) {
  witness.SeeTurn(answer.Json());
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
    witness.See(*event);
    if (on_sight_) on_sight_(witness);
  }
}

// What a client should try again after, it does; any other refusal is wrong.
bool PatientClient::Judge(int status, int wanted, const std::string& body, TurnWitness& witness) {
  ++answers_[status];
  if (status == wanted) return true;
  const bool is_passing =
      status == kBroken || status == kTooManyRequests || status == kUnavailable;
  if (!is_passing) witness.Blame("answered " + std::to_string(status) + ": " + body);
  return false;
}

}  // namespace nat::testing
