// Random choices that a seed repeats, on every machine and with every compiler.
//
//   Dice dice(seed);
//   const auto pause = std::chrono::milliseconds(dice.Between(1, 5));
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <string_view>

namespace nat::testing {

// FNV-1a: a seed from a text.
inline std::uint64_t SeedOf(std::string_view text) {
  std::uint64_t hash = 0xcbf29ce484222325U;
  for (const char byte : text) {
    hash ^= static_cast<unsigned char>(byte);
    hash *= 0x100000001b3U;
  }
  return hash;
}

class Dice {
 public:
  explicit Dice(std::uint64_t seed) : state_(seed) {}

  // SplitMix64, by Sebastiano Vigna; in the public domain.
  std::uint64_t Next() {
    state_ += 0x9e3779b97f4a7c15U;
    std::uint64_t mixed = state_;
    mixed = (mixed ^ (mixed >> 30)) * 0xbf58476d1ce4e5b9U;
    mixed = (mixed ^ (mixed >> 27)) * 0x94d049bb133111ebU;
    return mixed ^ (mixed >> 31);
  }
  // From 0 to `bound` - 1.
  std::size_t Below(std::size_t bound) { return static_cast<std::size_t>(Next() % bound); }
  // Both are possible.
  std::size_t Between(std::size_t least, std::size_t most) {
    return least + Below(most - least + 1);
  }
  bool Percent(std::size_t chance) { return Below(100) < chance; }
  std::chrono::nanoseconds UpTo(std::chrono::nanoseconds most) {
    return std::chrono::nanoseconds(Below(static_cast<std::size_t>(most.count()) + 1));
  }
  bool OneIn(std::size_t count) { return Below(count) == 0; }
  template <class List>
  const auto& Pick(const List& list) {
    return list[Below(std::size(list))];
  }

 private:
  std::uint64_t state_;
};

}  // namespace nat::testing
