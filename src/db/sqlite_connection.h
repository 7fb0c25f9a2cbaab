// One connection to a SQLite file: statements are prepared once, parameters bound by their number,
// errors translated. It blocks, so it belongs to a database thread. One thread at a time.
//
//   auto connection = SqliteConnection::Open(path, SqliteConnection::Access::kReadWrite);
//   if (!connection) return connection.error();
//   auto rows = (*connection)->Run({"SELECT body FROM notes WHERE id = $1", {id}});
#pragma once

#include <atomic>
#include <cstdint>
#include <filesystem>
#include <list>
#include <memory>
#include <optional>
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
  // Ends the transaction, if there is one, as if it had not been.
  void RollBack();
  // Whether the open transaction has left rows that refer to nothing. A commit would fail for all
  // of it.
  bool has_broken_references() const;

  // Whether the file can be written, not only read.
  bool is_writable() const;

  // Commits that wrote to the write-ahead log, and the pages that stand in it.
  std::uint64_t log_commits() const { return log_commits_; }
  int log_pages() const { return log_pages_; }
  // Puts what is in the log on the disk.
  Status SyncLog();
  enum class Checkpoint {
    kPassive,   // moves pages from the log into the file, as far as readers allow
    kTruncate,  // and leaves the log empty, unless a reader still needs it
  };
  // Waits for nobody.
  Status RunCheckpoint(Checkpoint checkpoint);

  // From now on statements end with kUnavailable soon after `flag` is set, by whatever thread.
  void StopWhen(const std::atomic<bool>& flag);

 private:
  struct Prepared;

  explicit SqliteConnection(sqlite3* handle);

  Status Configure(Access access);
  Result<Prepared*> Prepare(const std::string& sql);
  Result<Rows> Step(Prepared& prepared, const Statement& statement);
  Error LastError() const;

  sqlite3* handle_;
  std::optional<Synchronous> synchronous_;
  std::uint64_t log_commits_ = 0;
  int log_pages_ = 0;
  // Most recently used first. The keys of the map are the texts in the list.
  std::list<Prepared> prepared_;
  std::unordered_map<std::string_view, std::list<Prepared>::iterator> prepared_by_sql_;
};

}  // namespace nat
