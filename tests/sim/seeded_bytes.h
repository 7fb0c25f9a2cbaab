// Random bytes out of a seed in place of those of the system: ids, keys and nonces are then the
// same each time, and with them everything that is ordered by an id.
#pragma once

#include <cstdint>

namespace nat {

// From here to the end of the program.
void SeedRandomBytes(std::uint64_t seed);

}  // namespace nat
