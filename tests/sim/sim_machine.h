// What all histories of a run share, as making it anew for each would cost more than the history:
// the disk, the keys, and what is only ever written to.
#pragma once

#include "base/log.h"
#include "base/metrics.h"
#include "chat/pipeline.h"
#include "tests/sim/sim_disk.h"
#include "tests/sim/tally.h"
#include "vault/master_key.h"

namespace nat {

struct SimMachine {
  SimDisk disk;
  Tally tally;
  // Silent: most of what would be logged is what the history does on purpose.
  Log log{static_cast<LogLevel>(static_cast<int>(LogLevel::kError) + 1), "sim"};
  Metrics metrics;
  MasterKey master_key{MasterKey::Bytes::Make()};
  Stages input_stages = MakeInputStages();
  Stages output_stages = MakeOutputStages();
};

}  // namespace nat
