// The real executable with model servers from a configuration file, and people who send it one
// message each.
//
//   ProviderRig rig;
//   rig.Add({"bad", bad.base_url()});
//   rig.Add({"good", good.base_url()});
//   ASSERT_TRUE(rig.Start()) << rig.errors();
//   const auto heard = rig.Ask("Hello?");
//   EXPECT_EQ(heard.status, "completed");
//   rig.Metrics().Sum("notatherapist_provider_failures_total", {{"provider", "bad"}});
//
// It is started and destroyed on one thread (service_process.h); people may ask on any.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "tests/support/http_peer.h"
#include "tests/support/metrics_page.h"
#include "tests/support/service_process.h"
#include "tests/support/temporary_folder.h"

namespace nat::testing {

struct ListedProvider {
  std::string name;
  std::string base_url;
  std::string ca_file = {};  // empty: the authorities of the system
  std::string more = {};     // further lines of its table
};

// What a person was shown of one turn, and when.
struct Hearing {
  std::string status;
  std::string provider;
  std::string text;
  std::vector<std::string> notices;  // their kinds
  std::string conversation_id;
  std::string message_id;                               // of the reply
  std::optional<std::chrono::milliseconds> first_text;  // since the message was sent
  std::optional<std::chrono::milliseconds> done;
  std::vector<std::string> wrongs;  // against the contract, of turn_witness.h and others

  // Whether a notice of this kind was given.
  bool HasNotice(const std::string& kind) const;
};

class ProviderRig {
 public:
  ProviderRig();

  // Before Start, in the order in which they are asked.
  void Add(const ListedProvider& provider);
  // Lines of the configuration before the providers.
  void AddSettings(const std::string& lines) { settings_ += lines; }
  // False where it does not serve, or where nothing is at its port of metrics.
  bool Start();

  // A person who was never there before says this, and follows the reply to its end.
  Hearing Ask(const std::string& message) const;
  std::uint16_t port() const { return service_.port(); }
  // The same for someone who is there already, with all fields of POST /api/turns.
  static Hearing Listen(HttpPeer& browser, const json::object& body);
  // Somebody says this who then asks that the reply is carried on; what came of both.
  struct Twice {
    Hearing first;
    std::optional<Hearing> second;  // only where the first was interrupted
  };
  Twice AskUntilWhole(const std::string& message) const;

  MetricsPage Metrics() const { return ReadMetrics(metrics_port_); }
  // SIGTERM, and what the process itself has complained of; empty is right.
  std::string Stop();
  std::string errors() const { return service_.output() + service_.errors(); }

 private:
  TemporaryFolder folder_;
  ServiceProcess service_;
  std::uint16_t metrics_port_ = 0;
  std::string settings_;
  std::string providers_;
};

}  // namespace nat::testing
