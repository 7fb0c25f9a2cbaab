#include "db/migrate.h"

#include <array>
#include <cstdint>
#include <cstdio>
#include <span>
#include <utility>

namespace nat {
namespace {

// FNV-1a: it finds a file that was edited by mistake, not one that was forged.
std::string Checksum(const std::string& sql) {
  std::uint64_t hash = 0xcbf29ce484222325U;
  for (const char byte : sql) {
    hash ^= static_cast<unsigned char>(byte);
    hash *= 0x100000001b3U;
  }
  std::array<char, 17> hex{};
  std::snprintf(hex.data(), hex.size(), "%016llx", static_cast<unsigned long long>(hash));
  return hex.data();
}

Status CheckNumbers(const std::vector<Migration>& migrations) {
  for (std::size_t at = 0; at < migrations.size(); ++at) {
    if (migrations[at].number == static_cast<int>(at) + 1) continue;
    return Error(ErrorCode::kInternal, "migration " + migrations[at].name + " should have number " +
                                           std::to_string(at + 1));
  }
  return Ok();
}

// What was applied, in order: number, name, checksum. Nothing in a database that is still empty.
Result<Rows> ReadApplied(SqliteConnection& connection) {
  auto tables =
      connection.Run({"SELECT name = 'schema_migrations' FROM sqlite_schema "
                      "WHERE type = 'table' ORDER BY 1 DESC LIMIT 1",
                      {}});
  if (!tables) return tables.error();
  if (tables->empty()) return Rows();
  if (tables->front().Integer(0) == 0) {
    return Error(ErrorCode::kConflict,
                 "this database belongs to another program. Nothing was changed. Set "
                 "NAT_DATABASE_URL to a file of its own.");
  }
  return connection.Run(
      {"SELECT number, name, checksum FROM schema_migrations ORDER BY number", {}});
}

Status Apply(SqliteConnection& connection, const Migration& migration) {
  auto applied = connection.Execute(migration.sql);
  if (!applied) return applied;
  if (!connection.is_in_transaction()) {
    return Error(ErrorCode::kInternal, "a migration must not end the transaction it runs in");
  }
  auto dangling = connection.Run({"PRAGMA foreign_key_check", {}});
  if (!dangling) return dangling.error();
  if (!dangling->empty()) {
    return Error(ErrorCode::kInternal,
                 "rows of " + dangling->front().Text(0) + " would refer to nothing");
  }
  auto noted =
      connection.Run({"INSERT INTO schema_migrations(number, name, checksum) "
                      "VALUES($1, $2, $3)",
                      {std::int64_t{migration.number}, migration.name, Checksum(migration.sql)}});
  if (!noted) return noted.error();
  return Ok();
}

Status ApplyAll(SqliteConnection& connection, std::span<const Migration> pending) {
  auto begun = connection.Execute(
      "BEGIN IMMEDIATE; CREATE TABLE IF NOT EXISTS schema_migrations("
      "number BIGINT PRIMARY KEY, name TEXT NOT NULL, checksum TEXT NOT NULL)");
  if (!begun) return begun;
  for (const auto& migration : pending) {
    auto applied = Apply(connection, migration);
    if (applied) continue;
    return Error(applied.error().code, "migration " + migration.name + ": " +
                                           applied.error().message + " (nothing was changed)");
  }
  return connection.Execute("COMMIT");
}

}  // namespace

Result<std::size_t> CountPendingMigrations(SqliteConnection& connection,
                                           const std::vector<Migration>& migrations) {
  auto numbered = CheckNumbers(migrations);
  if (!numbered) return numbered.error();
  auto applied = ReadApplied(connection);
  if (!applied) return applied.error();
  for (std::size_t at = 0; at < applied->size(); ++at) {
    const auto& row = (*applied)[at];
    if (at >= migrations.size()) {
      return Error(ErrorCode::kConflict,
                   "this database was used by a newer version (it has migration " + row.Text(1) +
                       "). Nothing was changed. Start the newer version, or restore the backup "
                       "from before it.");
    }
    const auto& migration = migrations[at];
    if (row.Integer(0) == migration.number && row.Text(2) == Checksum(migration.sql)) continue;
    return Error(ErrorCode::kConflict, "migration " + migration.name +
                                           " is not what was applied to this database as " +
                                           row.Text(1) +
                                           ". Nothing was changed. Restore the file; a change is "
                                           "a new migration.");
  }
  return migrations.size() - applied->size();
}

Status Migrate(SqliteConnection& connection, const std::vector<Migration>& migrations) {
  auto pending = CountPendingMigrations(connection, migrations);
  if (!pending) return pending.error();
  // Rebuilding a table drops it, which with foreign keys on would delete the rows that refer to it.
  auto result = connection.Execute("PRAGMA foreign_keys = OFF");
  if (result) result = ApplyAll(connection, std::span(migrations).last(*pending));
  if (!result) connection.RollBack();
  auto enforced = connection.Execute("PRAGMA foreign_keys = ON");
  return result ? enforced : result;
}

}  // namespace nat
