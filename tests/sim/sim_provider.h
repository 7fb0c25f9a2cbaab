// A model server of which one never knows: it says what its script says, at the pace of the manual
// clock. It stands behind the real Gateway. It also looks at what it is asked, as nobody else sees
// that.
#pragma once

#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "llm/provider.h"
#include "tests/sim/script.h"
#include "tests/sim/tally.h"
#include "tests/support/manual_clock.h"

namespace nat {

// What was asked for a reply that a script then gave.
struct Asking {
  std::string conversation;
  std::string words;  // what the person said; of a continuation, our own instruction
  bool is_continuation = false;
  std::string reply_before;  // the last reply in the history; empty where there is none
};

// What all providers of a history share and outlives them.
struct ProviderStage {
  Dice& dice;
  ManualClock& clock;
  Tally& tally;
  Scripts scripts = {};
  ProviderMood mood = {};
  // The conversations that a reply is being made for at this moment.
  std::multiset<std::string> busy = {};
  // By the number of the script.
  std::map<std::size_t, Asking> askings = {};
  // The most replies that were ever made at once in one conversation.
  std::size_t most_at_once = 0;
};

class SimProvider final : public Provider {
 public:
  enum class Kind { kFickle, kLastResort };

  SimProvider(std::string name, Kind kind, ProviderStage& stage)
      : source_{std::move(name), "simulated"}, kind_(kind), stage_(stage) {}

  const Source& source() const override { return source_; }
  Task<Result<std::unique_ptr<TokenStream>>> Open(ChatRequest request) override;

 private:
  class Stream;

  Source source_;
  Kind kind_;
  ProviderStage& stage_;
};

}  // namespace nat
