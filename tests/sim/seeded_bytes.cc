#include "tests/sim/seeded_bytes.h"

#include <sodium.h>

#include <algorithm>
#include <cstring>

#include "tests/support/dice.h"

namespace nat {

using testing::Dice;
namespace {

Dice& Source() {
  static Dice source(0);
  return source;
}

const char* Name() {
  return "seeded";
}

std::uint32_t Random() {
  return static_cast<std::uint32_t>(Source().Next());
}

void Fill(void* const bytes, const std::size_t size) {
  auto* at = static_cast<std::uint8_t*>(bytes);
  for (std::size_t left = size; left > 0;) {
    const auto random = Source().Next();
    const auto count = std::min(left, sizeof random);
    std::memcpy(at, &random, count);
    at += count;
    left -= count;
  }
}

}  // namespace

void SeedRandomBytes(std::uint64_t seed) {
  static randombytes_implementation seeded{Name, Random, nullptr, nullptr, Fill, nullptr};
  Source() = Dice(seed);
  randombytes_set_implementation(&seeded);
}

}  // namespace nat
