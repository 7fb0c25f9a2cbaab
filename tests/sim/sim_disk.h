// What survives a crash: a real SQLite file, and the knowledge which of its commits a power cut
// could undo. It is wiped for each history, as opening a new one would cost more than the history.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.h"
#include "db/sqlite_connection.h"
#include "tests/support/dice.h"
#include "tests/support/temporary_folder.h"

namespace nat {

using testing::Dice;

class SimDisk {
 public:
  SimDisk();

  // As new: no rows, nothing to undo.
  void Wipe();

  // All of the batch or nothing of it, as SqliteWriter does.
  Result<std::vector<Rows>> Commit(const std::vector<Statement>& batch, Durability durability,
                                   SteadyTime now);
  Result<Rows> Read(const Statement& statement);

  // How many commits there were, so the number of the last one. From the moment that a durable one
  // was answered nothing up to it can be lost any more.
  std::size_t commits() const { return commits_.size(); }
  void NoteAnswered(std::size_t commit);

  // Whether a power cut could undo something.
  bool IsAtRisk(SteadyTime now) const { return CountSafe(now) < commits_.size(); }
  // Undoes commits from the end: none of those that must be on the disk by now, any number of the
  // others. Says how many.
  std::size_t CutPower(Dice& dice, SteadyTime now);

  // For the checks: one query that succeeds.
  Rows Look(std::string sql, std::vector<Value> parameters = {});
  // Whether the file holds these bytes anywhere.
  bool HoldsBytes(std::string_view bytes) const;

 private:
  struct Commitment {
    std::vector<Statement> batch;
    Durability durability;
    SteadyTime at;
  };

  Result<std::vector<Rows>> RunBatch(const std::vector<Statement>& batch);
  void DeleteAll();
  std::size_t CountSafe(SteadyTime now) const;

  TemporaryFolder folder_;
  std::unique_ptr<SqliteConnection> connection_;
  std::string delete_all_;
  std::vector<Commitment> commits_;
  std::size_t safe_commits_ = 0;
};

}  // namespace nat
