#include "tests/sim/sim_disk.h"

#include <algorithm>
#include <fstream>
#include <utility>

#include "base/files.h"
#include "base/limits.h"
#include "db/migrate.h"

namespace nat {

SimDisk::SimDisk() {
  const auto path = folder_ / "sim.db";
  NAT_CHECK(WriteNewFile(path, "").has_value());
  auto connection = SqliteConnection::Open(path, SqliteConnection::Access::kReadWrite);
  NAT_CHECK(connection.has_value());
  connection_ = std::move(*connection);
  // What a real disk would lose is decided by CutPower, so this one need not wait for anything.
  Look("PRAGMA journal_mode = MEMORY");
  Look("PRAGMA locking_mode = EXCLUSIVE");
  NAT_CHECK(connection_->Execute("PRAGMA synchronous = OFF").has_value());
  NAT_CHECK(Migrate(*connection_, EmbeddedMigrations()).has_value());
  delete_all_ = "PRAGMA foreign_keys = OFF; BEGIN;";
  const auto tables =
      Look("SELECT name FROM sqlite_schema WHERE type = 'table' AND name <> 'schema_migrations'");
  for (const auto& table : tables) delete_all_ += "DELETE FROM " + table.Text(0) + ";";
  delete_all_ += "COMMIT; PRAGMA foreign_keys = ON";
}

void SimDisk::Wipe() {
  DeleteAll();
  commits_.clear();
  safe_commits_ = 0;
}

void SimDisk::DeleteAll() {
  NAT_CHECK(connection_->Execute(delete_all_).has_value());
}

Result<std::vector<Rows>> SimDisk::Commit(const std::vector<Statement>& batch,
                                          Durability durability, SteadyTime now) {
  auto answer = RunBatch(batch);
  if (answer) commits_.push_back(Commitment{batch, durability, now});
  return answer;
}

Result<std::vector<Rows>> SimDisk::RunBatch(const std::vector<Statement>& batch) {
  static const Statement kBegin{"BEGIN IMMEDIATE", {}};
  static const Statement kCommit{"COMMIT", {}};
  NAT_CHECK(connection_->Run(kBegin).has_value());
  std::vector<Rows> answers;
  for (const auto& statement : batch) {
    auto rows = connection_->Run(statement);
    if (!rows) {
      connection_->RollBack();
      return rows.error();
    }
    answers.push_back(std::move(*rows));
  }
  NAT_CHECK(!connection_->has_broken_references());
  NAT_CHECK(connection_->Run(kCommit).has_value());
  return answers;
}

Result<Rows> SimDisk::Read(const Statement& statement) {
  return connection_->RunReadOnly(statement);
}

void SimDisk::NoteAnswered(std::size_t commit) {
  if (commit == 0 || commits_[commit - 1].durability == Durability::kRelaxed) return;
  safe_commits_ = std::max(safe_commits_, commit);
}

std::size_t SimDisk::CutPower(Dice& dice, SteadyTime now) {
  auto kept = CountSafe(now);
  kept += dice.Below(commits_.size() - kept + 1);
  const auto lost = commits_.size() - kept;
  if (lost == 0) return 0;
  commits_.erase(commits_.begin() + static_cast<std::ptrdiff_t>(kept), commits_.end());
  DeleteAll();
  for (const auto& commit : commits_) NAT_CHECK(RunBatch(commit.batch).has_value());
  return lost;
}

std::size_t SimDisk::CountSafe(SteadyTime now) const {
  auto safe = safe_commits_;
  // What is older than the lag was flushed since, whatever was promised for it.
  while (safe < commits_.size() && commits_[safe].at + limits::kRelaxedFlushLag <= now) ++safe;
  return safe;
}

Rows SimDisk::Look(std::string sql, std::vector<Value> parameters) {
  auto rows = connection_->Run({std::move(sql), std::move(parameters)});
  NAT_CHECK(rows.has_value());
  return std::move(*rows);
}

bool SimDisk::HoldsBytes(std::string_view bytes) const {
  const auto path = folder_ / "sim.db";
  std::string all(std::filesystem::file_size(path), '\0');
  std::ifstream file(path, std::ios::binary);
  NAT_CHECK(file.read(all.data(), static_cast<std::streamsize>(all.size())).good());
  NAT_CHECK(all.starts_with("SQLite format 3"));
  return all.find(bytes) != std::string::npos;
}

}  // namespace nat
