// The steps of one history, kept only where somebody will read them, and the faults that were found
// in it.
#pragma once

#include <chrono>
#include <sstream>
#include <string>
#include <vector>

#include "tests/sim/tally.h"
#include "tests/support/manual_clock.h"

namespace nat {

enum class Steps { kAreKept, kAreDropped };

class Trace {
 public:
  Trace(const ManualClock& clock, Tally& tally, Steps steps)
      : clock_(clock), tally_(tally), steps_(steps), began_(clock.SteadyNow()) {}

  // A step of the history.
  template <class... Parts>
  void Note(const Parts&... parts) {
    if (steps_ == Steps::kAreKept) text_ += Line(parts...);
  }
  // Something that must hold; the rest says what it is when it does not.
  template <class... Parts>
  bool Require(bool holds, const Parts&... parts) {
    ++tally_.checks;
    if (!holds) Fault(parts...);
    return holds;
  }
  template <class... Parts>
  void Fault(const Parts&... parts) {
    auto line = Line("FAULT: ", parts...);
    if (steps_ == Steps::kAreKept) text_ += line;
    if (faults_.size() < kFaultsMax) faults_.push_back(std::move(line));
  }

  const std::vector<std::string>& faults() const { return faults_; }
  const std::string& text() const { return text_; }

 private:
  static constexpr std::size_t kFaultsMax = 10;

  template <class... Parts>
  std::string Line(const Parts&... parts) const {
    std::ostringstream line;
    const std::chrono::duration<double> since = clock_.SteadyNow() - began_;
    line << std::fixed << since.count() << "  ";
    (line << ... << parts);
    line << '\n';
    return line.str();
  }

  const ManualClock& clock_;
  Tally& tally_;
  Steps steps_;
  SteadyTime began_;
  std::string text_;
  std::vector<std::string> faults_;
};

}  // namespace nat
