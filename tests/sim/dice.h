// Everything that is left to chance in a history, out of one seed: the same seed, the same throws.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>

namespace nat {

class Dice {
 public:
  explicit Dice(std::uint64_t seed) : state_(seed) {}

  // splitmix64, by Sebastiano Vigna, public domain: https://prng.di.unimi.it/splitmix64.c
  std::uint64_t Next() {
    state_ += 0x9e3779b97f4a7c15U;
    std::uint64_t mixed = state_;
    mixed = (mixed ^ (mixed >> 30U)) * 0xbf58476d1ce4e5b9U;
    mixed = (mixed ^ (mixed >> 27U)) * 0x94d049bb133111ebU;
    return mixed ^ (mixed >> 31U);
  }
  // 0 to count - 1; `count` is not 0.
  std::size_t Below(std::size_t count) { return static_cast<std::size_t>(Next() % count); }
  bool Percent(std::size_t chance) { return Below(100) < chance; }
  // Both ends among them.
  std::size_t Between(std::size_t least, std::size_t most) {
    return least + Below(most - least + 1);
  }
  std::chrono::nanoseconds UpTo(std::chrono::nanoseconds most) {
    return std::chrono::nanoseconds(Next() % (static_cast<std::uint64_t>(most.count()) + 1));
  }
  template <class List>
  auto& Pick(List& list) {
    return list[Below(list.size())];
  }

 private:
  std::uint64_t state_;
};

}  // namespace nat
