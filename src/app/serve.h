// The `serve` command: runs the program until SIGINT or SIGTERM.
#pragma once

#include "app/config.h"

namespace nat {

// The exit code: 0 after a clean end, 1 where it could not start; the reason is on standard error.
// A second signal ends running replies at once.
int Serve(Config config);

}  // namespace nat
