// Thousands of histories of the turn machinery, each out of one seed. What fails names its seed:
//
//   NAT_SIM_SEED=17 build/asan/tests/sim_test       that one alone, step by step
//   NAT_SIM_HISTORIES=100000 build/asan/tests/sim_test
#include <gtest/gtest.h>

#include <chrono>
#include <csignal>
#include <cstdlib>
#include <iostream>
#include <memory>
#include <string>

#include "tests/sim/history.h"

// Most of the time goes into millions of small allocations. For a fault that needs to be known more
// exactly, ASAN_OPTIONS in the environment is stronger than this. The sanitizer gave it its name.
// NOLINTNEXTLINE(bugprone-reserved-identifier,readability-identifier-naming)
extern "C" const char* __asan_default_options() {
  return "malloc_context_size=4:quarantine_size_mb=16";
}

namespace nat {
namespace {

constexpr std::uint64_t kHistories = 2000;

std::optional<std::uint64_t> FromEnvironment(const char* name) {
  const char* value = std::getenv(name);
  if (value == nullptr || *value == '\0') return std::nullopt;
  return std::strtoull(value, nullptr, 10);
}

SimMachine& Machine() {
  static SimMachine machine;
  return machine;
}

std::string Replay(std::uint64_t seed) {
  return "replay it: NAT_SIM_SEED=" + std::to_string(seed) + " build/asan/tests/sim_test";
}

// What ends the program in the middle of a history must name it too.
std::uint64_t seed_now = 0;
void NameTheSeed(int signal) {
  std::cerr << "\nin the history of seed " << seed_now << "; " << Replay(seed_now) << std::endl;
  std::signal(signal, SIG_DFL);
  std::raise(signal);
}

// The steps are kept in a second run, which is the same one as it has the same seed.
std::string TraceOf(std::uint64_t seed) {
  seed_now = seed;
  auto history = std::make_unique<History>(Machine(), seed, Steps::kAreKept);
  history->Run();
  return history->trace().text();
}

bool Holds(std::uint64_t seed) {
  seed_now = seed;
  auto history = std::make_unique<History>(Machine(), seed, Steps::kAreDropped);
  history->Run();
  const auto faults = history->trace().faults();
  history.reset();
  if (faults.empty()) return true;
  std::string all;
  for (const auto& fault : faults) all += fault;
  ADD_FAILURE() << "seed " << seed << "\n"
                << all << "its steps:\n"
                << TraceOf(seed) << Replay(seed);
  return false;
}

TEST(Sim, WhatMustAlwaysHoldHoldsInEveryHistory) {
  std::signal(SIGABRT, NameTheSeed);
  if (const auto seed = FromEnvironment("NAT_SIM_SEED")) {
    std::cout << TraceOf(*seed);
    EXPECT_TRUE(Holds(*seed));
    return;
  }
  constexpr int kFailuresMax = 3;
  const auto histories = FromEnvironment("NAT_SIM_HISTORIES").value_or(kHistories);
  const auto began = std::chrono::steady_clock::now();
  int failures = 0;
  for (std::uint64_t seed = 1; seed <= histories && failures < kFailuresMax; ++seed) {
    if (!Holds(seed)) ++failures;
  }
  const std::chrono::duration<double> took = std::chrono::steady_clock::now() - began;
  Print(Machine().tally, took.count(), std::cout);
}

TEST(Sim, TheSameSeedIsTheSameHistory) {
  for (std::uint64_t seed = 1; seed <= 20; ++seed) {
    const auto once = TraceOf(seed);
    EXPECT_EQ(once, TraceOf(seed)) << "seed " << seed;
  }
}

}  // namespace
}  // namespace nat
