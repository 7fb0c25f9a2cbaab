// What happened in all histories of a run, for the table at its end: a history in which nothing
// happens proves nothing.
#pragma once

#include <cstdint>
#include <ostream>

namespace nat {

struct Tally {
  using Count = std::uint64_t;

  Count histories = 0;
  Count turns = 0;

  Count kills = 0;
  Count kills_at_the_start = 0;
  Count power_cuts = 0;
  Count commits_lost = 0;
  Count drains = 0;
  Count wall_jumps = 0;

  Count writes_failed = 0;
  Count writes_on_a_full_disk = 0;
  Count queries_failed = 0;
  Count answers_delayed = 0;
  Count requests_cut = 0;

  Count providers_refused = 0;
  Count providers_hung = 0;
  Count providers_said_nothing = 0;
  Count streams_broken = 0;
  Count streams_fell_silent = 0;

  Count requests = 0;
  Count repeats = 0;
  Count repeats_with_other_words = 0;
  Count refused_while_running = 0;
  Count stops = 0;
  Count removals = 0;

  Count events = 0;
  Count snapshots = 0;
  Count pages = 0;
  Count checks = 0;

  Count completed = 0;
  Count stopped = 0;
  Count interrupted = 0;
  Count failed = 0;
};

// One line for each, in groups.
void Print(const Tally& tally, double seconds, std::ostream& out);

}  // namespace nat
