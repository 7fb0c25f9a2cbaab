// A conversation with the companion as it is shipped, for tests.
//
//   Talk talk("seed");
//   std::string reply = talk.Say("my sister stopped answering");
#pragma once

#include <string>
#include <utility>
#include <vector>

#include "base/error.h"
#include "llm/companion/companion.h"
#include "llm/companion/script.h"

namespace nat {

inline const Script& ShippedScript() {
  static const Script script = [] {
    auto loaded = LoadScript(NAT_SOURCE_DIR "/data/companion");
    NAT_CHECK(loaded.has_value());
    return std::move(*loaded);
  }();
  return script;
}

class Talk {
 public:
  explicit Talk(std::string seed) : seed_(std::move(seed)) {}

  std::string Say(std::string message) {
    history_.push_back({Role::kUser, std::move(message)});
    std::string reply = Companion(ShippedScript()).Reply(history_, seed_);
    history_.push_back({Role::kAssistant, reply});
    return reply;
  }
  const std::vector<ChatMessage>& history() const { return history_; }

 private:
  std::string seed_;
  std::vector<ChatMessage> history_;
};

}  // namespace nat
