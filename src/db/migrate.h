// Brings a database to the shape that this program expects: the numbered files of
// src/db/migrations, each applied once, in order; those that are pending in one transaction. The
// files are built into the program.
//
// They use the types BLOB, BIGINT and TEXT, which every engine has or translates. Applied files are
// recorded with a checksum: they are never edited, a change is a new file.
#pragma once

#include <string>
#include <vector>

#include "base/error.h"
#include "db/sqlite_connection.h"

namespace nat {

struct Migration {
  int number = 0;    // 1, 2, 3 ... without a gap
  std::string name;  // of the file, such as "0001_init"
  std::string sql;
};

// The files of src/db/migrations in order; generated at build time (cmake/embed.cmake).
std::vector<Migration> EmbeddedMigrations();

// How many migrations stand to be applied. Changes nothing, so it is asked before anything is
// changed. Errors: kConflict when the database was made by a newer program, by another program, or
// by a file that was edited after it had been applied; kInternal when `migrations` has a gap.
Result<std::size_t> CountPendingMigrations(SqliteConnection& connection,
                                           const std::vector<Migration>& migrations);

// Applies what is pending, all of it or nothing: a migration that fails leaves everything as it
// was. Foreign keys are not enforced while it runs (rebuilding a table would delete what refers to
// it) but must hold at the end of each migration. Errors: as above, and kInternal for SQL that
// fails, kUnavailable for a disk that does.
Status Migrate(SqliteConnection& connection, const std::vector<Migration>& migrations);

}  // namespace nat
