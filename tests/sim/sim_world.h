// One history: what goes on while processes come and go.
#pragma once

#include "chat/chat_parts.h"
#include "tests/sim/sim_database.h"
#include "tests/sim/sim_machine.h"
#include "tests/sim/sim_provider.h"
#include "tests/sim/trace.h"
#include "tests/support/dice.h"
#include "tests/support/manual_clock.h"

namespace nat {

using testing::Dice;

struct SimWorld {
  SimWorld(SimMachine& the_machine, std::uint64_t seed, Steps steps)
      : machine(the_machine),
        dice(seed),
        trace(clock, the_machine.tally, steps),
        providers{dice, clock, the_machine.tally} {}

  SimMachine& machine;
  Dice dice;
  ManualClock clock;
  Trace trace;
  DiskMood disk_mood;
  ProviderStage providers;
  SecondMessage second_message = SecondMessage::kWaits;
  // Whether, up to now, the disk has ever been less than well.
  bool had_disk_faults = false;
  // Whether the process that runs now has begun to end as by SIGTERM.
  bool is_draining = false;
  bool had_drain = false;
  // Whether a process has ended before everything had come to rest.
  bool had_end = false;

  // Whether a request may fail through no fault of its own.
  bool is_disturbed() const { return had_disk_faults || is_draining; }
};

}  // namespace nat
