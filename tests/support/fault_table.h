// What the tests of tests/faults have done to the service and what came of it: a row for each plan,
// and the table of all of them when the run ends.
#pragma once

#include <cstddef>
#include <string>

#include "tests/support/turn_witness.h"

namespace nat::testing {

struct FaultRow {
  std::string plan;
  std::size_t faults = 0;
  std::size_t turns = 0;
  std::size_t events = 0;      // that clients saw
  std::size_t characters = 0;  // that people were shown
  std::size_t lost = 0;
  std::size_t doubled = 0;
  std::size_t shrunk = 0;
  std::size_t without_one_end = 0;  // turns that have no final state, or were told two

  // What became of one turn.
  void Add(const TurnWitness& witness);
};

// Keeps the row for the table that is printed at the end of the run.
void AddToFaultTable(FaultRow row);

}  // namespace nat::testing
