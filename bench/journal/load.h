// A load of turns that append events, and what was measured of it.
#pragma once

#include <chrono>
#include <cstddef>
#include <vector>

#include "bench/journal/way.h"

namespace nat {

struct Load {
  std::size_t turns = 1;
  std::chrono::milliseconds length{1000};
  // Between two events of a turn; zero: each follows the answer to the one before.
  std::chrono::milliseconds pace{0};
  // Between two durable writes beside the events; zero: none.
  std::chrono::milliseconds commit_pace{0};
};

// Times in microseconds. That of a paced event counts from when it was due, so that a loop that is
// held up shows in it.
struct LoadFigures {
  double seconds = 0;
  double loop_cpu = 0;    // of the loop's thread, of all events
  double others_cpu = 0;  // of all other threads
  std::vector<double> append_times;
  std::vector<double> commit_times;
};

LoadFigures RunLoad(const WayKind& kind, const Load& load);

}  // namespace nat
