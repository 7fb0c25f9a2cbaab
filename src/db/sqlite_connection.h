// One connection to a SQLite file: statements are prepared once, parameters bound by their number,
// errors translated. It blocks, so it belongs to a database thread. One thread at a time; only
// Interrupt may be called from any.
//
//   auto connection = SqliteConnection::Open(path, SqliteConnection::Access::kReadWrite);
//   if (!connection) return connection.error();
//   auto rows = (*connection)->Run({"SELECT body FROM notes WHERE id = $1", {id}});
#pragma once

#include <cstddef>
#include <filesystem>
#include <list>
#include <memory>
#include <string>
#include <string_view>
#include <unordered_map>

#include "base/error.h"
#include "db/database.h"

struct sqlite3;

namespace nat {

class SqliteConnection {
 public:
  enum class Access { kReadWrite, kReadOnly };
  // What a commit waits for in WAL mode: the operating system, or the disk.
  enum class Synchronous { kNormal, kFull };

  // Opens an existing file and reads from it, so that what is not a database is found out here.
  // Nothing is changed.
  static Result<std::unique_ptr<SqliteConnection>> Open(const std::filesystem::path& path,
                                                        Access access);
  ~SqliteConnection();
  SqliteConnection(const SqliteConnection&) = delete;
  SqliteConnection& operator=(const SqliteConnection&) = delete;

  // One statement with parameters $1, $2, ... It stays prepared for the next time.
  Result<Rows> Run(const Statement& statement);
  // As Run, for statements that change nothing; kInternal for others.
  Result<Rows> RunReadOnly(const Statement& statement);
  // Any number of statements without parameters and without answers.
  Status Execute(const std::string& sql);

  // Outside a transaction only.
  Status SetSynchronous(Synchronous synchronous);
  bool is_in_transaction() const;
  void RollBack();

  // Pages in the write-ahead log after the last commit that wrote any; 0 after a whole checkpoint.
  int wal_pages() const { return wal_pages_; }
  // Puts what is in the write-ahead log on the disk.
  Status SyncWal();
  enum class Checkpoint { kPassive, kTruncate };
  // Moves the write-ahead log into the file as far as readers allow, without waiting for them.
  Status RunCheckpoint(Checkpoint checkpoint);

  void Interrupt();

 private:
  struct Prepared;

  explicit SqliteConnection(sqlite3* handle);

  sqlite3* handle_;
  Synchronous synchronous_ = Synchronous::kFull;
  int wal_pages_ = 0;
};

}  // namespace nat
