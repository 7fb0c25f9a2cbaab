// The embedded engine: one file, one thread that writes, a few that read. It needs nothing to be
// installed or started.
//
//   SqliteOptions options;
//   options.path = directory / "notatherapist.db";
//   auto database = SqliteDatabase::Open(io_context.get_executor(), std::move(options));
//   if (!database) return database.error();   // the message says what the operator should do
//
// What waits to be written is committed together, each batch under a savepoint of its own: nobody
// waits for company, and under load groups form by themselves (docs/adr/0005).
#pragma once

#include <atomic>
#include <boost/asio/any_io_executor.hpp>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <memory>
#include <string>
#include <thread>
#include <vector>

#include "base/limits.h"
#include "db/database.h"
#include "db/migrate.h"
#include "db/sqlite_readers.h"
#include "db/sqlite_writer.h"

namespace nat {

struct SqliteOptions {
  std::filesystem::path
      path;  // made with mode 0600, and its folder with 0700, where they are not there
  std::vector<Migration> migrations = EmbeddedMigrations();
  std::size_t queue_max = limits::kDatabaseQueueMax;  // waiting batches; as many waiting queries
  std::chrono::nanoseconds flush_lag = limits::kRelaxedFlushLag;
  // Told on the executor, in a sentence, when background work (flush, checkpoint) begins to fail.
  std::function<void(const std::string&)> on_fault = [](const std::string&) {};
};

class SqliteDatabase final : public Database {
 public:
  // Blocks for some milliseconds, longer when there is something to migrate: then a checked copy of
  // an existing database is made first, and a migration that fails changes nothing. Answers come on
  // `executor`, whose context outlives the database. Refuses, before anything is changed, what it
  // cannot serve: kInternal for a file that is corrupt or no database, kConflict for one of a newer
  // or another program, kUnavailable for one that cannot be opened or written.
  static Result<std::unique_ptr<SqliteDatabase>> Open(asio::any_io_executor executor,
                                                      SqliteOptions options);
  // Closes. Every task that still waits is answered.
  ~SqliteDatabase() override;

  // A task that is cancelled while it waits is answered kCancelled; its batch is written all the
  // same.
  Task<Result<Rows>> Query(Statement statement) override;
  Task<Result<std::vector<Rows>>> Write(std::vector<Statement> batch,
                                        Durability durability) override;

  // A copy as of now in a new file (mode 0600), while reading and writing go on. It stands there
  // under its name only once it was opened, checked through and is on the disk. kConflict if there
  // is such a file or another backup runs.
  Task<Status> Backup(std::filesystem::path copy);

  // Writes what is queued, empties the write-ahead log and ends the threads; queries that still
  // wait and everything asked later is answered kUnavailable. Blocks.
  void Close();

  // The copy that Open made before it migrated; empty where there was nothing to migrate.
  const std::filesystem::path& migration_backup() const { return migration_backup_; }

  // Transactions committed since Open: what shows that batches are grouped.
  std::uint64_t commits() const { return writer_->commits(); }

 private:
  SqliteDatabase(asio::any_io_executor executor, std::filesystem::path path,
                 std::unique_ptr<SqliteWriter> writer, std::unique_ptr<SqliteReaders> readers);

  void StartBackup(std::filesystem::path copy, std::shared_ptr<Ticket<Unit>> ticket);

  asio::any_io_executor executor_;
  std::filesystem::path path_;
  std::filesystem::path migration_backup_;
  std::unique_ptr<SqliteWriter> writer_;
  std::unique_ptr<SqliteReaders> readers_;

  std::atomic<bool> is_closing_ = false;
  std::atomic<bool> is_backing_up_ = false;
  std::thread backup_;
};

}  // namespace nat
