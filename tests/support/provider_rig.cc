#include "tests/support/provider_rig.h"

#include <algorithm>
#include <fstream>
#include <utility>

#include "tests/support/free_port.h"
#include "tests/support/turn_witness.h"

namespace nat::testing {
namespace {

using SteadyClock = std::chrono::steady_clock;

constexpr auto kPatience = std::chrono::seconds(60);
constexpr int kStartsMax = 3;

std::chrono::milliseconds Since(SteadyClock::time_point start) {
  return std::chrono::duration_cast<std::chrono::milliseconds>(SteadyClock::now() - start);
}

void Note(const PeerEvent& event, SteadyClock::time_point start, Hearing& heard) {
  if (event.name == "notice") heard.notices.push_back(TextAt(event.fields, "kind"));
  if (event.name == "text" && !heard.first_text) heard.first_text = Since(start);
  if (event.name != "done") return;
  if (heard.done) heard.wrongs.emplace_back("done came twice");
  heard.done = Since(start);
  heard.status = TextAt(event.fields, "status");
  const auto* source = event.fields.if_contains("source");
  if (source != nullptr && source->is_object()) {
    heard.provider = TextAt(source->get_object(), "provider");
  }
}

}  // namespace

bool Hearing::HasNotice(const std::string& kind) const {
  return std::ranges::find(notices, kind) != notices.end();
}

ProviderRig::ProviderRig() : service_(folder_.path()) {}

void ProviderRig::Add(const ListedProvider& provider) {
  providers_ += "[[providers]]\nname = \"" + provider.name + "\"\nbase_url = \"" +
                provider.base_url + "\"\nmodel = \"fake-model\"\n";
  if (!provider.ca_file.empty()) providers_ += "ca_file = \"" + provider.ca_file + "\"\n";
  providers_ += provider.more;
}

bool ProviderRig::Start() {
  const auto file = folder_ / "notatherapist.toml";
  std::ofstream(file) << settings_ << providers_;
  service_.Set("NAT_CONFIG", file.string());
  // Another process may take the port before the service does, which then says so and serves
  // without metrics; what is read there would be those of the other one.
  for (int count = 0; count < kStartsMax; ++count) {
    metrics_port_ = FreePort();
    service_.Set("NAT_METRICS_PORT", std::to_string(metrics_port_));
    if (!service_.Start()) return false;
    const bool has_lost_port = service_.errors().find("metrics.off") != std::string::npos;
    if (!has_lost_port && !Metrics().is_empty()) return true;
    service_.Stop();
  }
  return false;
}

Hearing ProviderRig::Ask(const std::string& message) const {
  HttpPeer browser(service_.port());
  browser.Get("/");
  return Listen(browser, json::object{{"message", message}});
}

ProviderRig::Twice ProviderRig::AskUntilWhole(const std::string& message) const {
  HttpPeer browser(service_.port());
  browser.Get("/");
  Twice twice{Listen(browser, json::object{{"message", message}}), std::nullopt};
  if (twice.first.status == "interrupted") {
    twice.second = Listen(browser, json::object{{"continue_of", twice.first.message_id}});
  }
  return twice;
}

Hearing ProviderRig::Listen(HttpPeer& browser, const json::object& body) {
  Hearing heard;
  TurnWitness witness("");
  const auto start = SteadyClock::now();
  const auto answer = browser.Post("/api/turns", body);
  if (answer.status != 202) {
    heard.wrongs.push_back("answered " + std::to_string(answer.status) + ": " + answer.body);
    return heard;
  }
  const auto target = "/api/turns/" + TextAt(answer.Json(), "turn_id");
  // A stream is given up by its reader after ten silent seconds, and then taken up again.
  while (!heard.done && Since(start) < kPatience) {
    const auto after = witness.last_number();
    auto stream = browser.Follow(target + "/events", {{"Last-Event-ID", std::to_string(after)}});
    if (stream.answer().status != 200) break;
    witness.Connect(after);
    while (auto event = stream.Next()) {
      witness.See(*event);
      Note(*event, start, heard);
    }
  }
  if (!heard.done) heard.wrongs.emplace_back("done never came");
  const auto turn = browser.Get(target).Json();
  witness.SeeTurn(turn);
  heard.text = witness.shown();
  if (TextAt(turn, "text") != heard.text) heard.wrongs.emplace_back("the turn has another text");
  if (!witness.has_one_end()) heard.wrongs.emplace_back("it has not exactly one end");
  heard.conversation_id = witness.conversation_id();
  heard.message_id = witness.message_id();
  for (const auto& wrong : witness.wrongs()) heard.wrongs.push_back(wrong);
  return heard;
}

std::string ProviderRig::Stop() {
  const auto code = service_.Stop();
  const auto faults = service_.Faults();
  if (faults.empty() && code != 0) return "it ended with " + std::to_string(code.value_or(-1));
  return faults;
}

}  // namespace nat::testing
