#include "tests/support/fault_table.h"

#include <gtest/gtest.h>

#include <cstdio>
#include <utility>
#include <vector>

#include "tests/support/letters.h"

namespace nat::testing {
namespace {

// Prints when all tests have run. GoogleTest owns it.
class FaultTable : public ::testing::Environment {
 public:
  void Add(FaultRow row) { rows_.push_back(std::move(row)); }
  void TearDown() override {
    if (rows_.empty()) return;
    FaultRow sum;
    sum.plan = "all";
    std::printf("\n%-38s %7s %6s %7s %10s %5s %7s %6s %7s\n", "plan", "faults", "turns", "events",
                "characters", "lost", "doubled", "shrunk", "no end");
    for (const auto& row : rows_) {
      Print(row);
      sum.faults += row.faults;
      sum.turns += row.turns;
      sum.events += row.events;
      sum.characters += row.characters;
      sum.lost += row.lost;
      sum.doubled += row.doubled;
      sum.shrunk += row.shrunk;
      sum.without_one_end += row.without_one_end;
    }
    Print(sum);
    std::printf("\n");
  }

 private:
  static void Print(const FaultRow& row) {
    std::printf("%-38s %7zu %6zu %7zu %10zu %5zu %7zu %6zu %7zu\n", row.plan.c_str(), row.faults,
                row.turns, row.events, row.characters, row.lost, row.doubled, row.shrunk,
                row.without_one_end);
  }

  std::vector<FaultRow> rows_;
};

FaultTable& Table() {
  static auto* const table = new FaultTable();
  static const auto* const added = ::testing::AddGlobalTestEnvironment(table);
  (void)added;
  return *table;
}

// GoogleTest wants to know of it before the first test.
[[maybe_unused]] const auto& table_is_there = Table();

}  // namespace

void FaultRow::Add(const TurnWitness& witness) {
  ++turns;
  events += witness.events_seen();
  characters += CountLetters(witness.shown());
  lost += witness.lost();
  doubled += witness.doubled();
  shrunk += witness.shrunk();
  if (!witness.has_one_end()) ++without_one_end;
}

void AddToFaultTable(FaultRow row) {
  Table().Add(std::move(row));
}

}  // namespace nat::testing
