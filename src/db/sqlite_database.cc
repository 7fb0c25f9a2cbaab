#include "db/sqlite_database.h"

#include <boost/asio/post.hpp>
#include <string>
#include <system_error>
#include <utility>

#include "base/files.h"
#include "db/sqlite_backup.h"

namespace nat {
namespace {

namespace fs = std::filesystem;

Status MakeFileIfMissing(const fs::path& path) {
  std::error_code ignored;
  if (fs::exists(path, ignored)) return Ok();
  // SQLite would throw the log away, and with it what may be the only copy of the last writes.
  if (fs::exists(path.string() + "-wal", ignored)) {
    return Error(ErrorCode::kConflict,
                 path.string() +
                     " is not there, but its log (-wal) is. Nothing was changed. Put "
                     "the file back beside it, or move the log away.");
  }
  auto folder = MakePrivateFolder(fs::absolute(path).parent_path());
  if (!folder) return folder;
  // SQLite gives its other files the mode of this one.
  return WriteNewFile(path, "");
}

// A full check reads the whole file. This reads one row of each table: it finds a damaged head, a
// file that was cut short (SQLite compares its size) and damaged beginnings of tables, in a few
// page reads whatever the size.
Status LookIntoEachTable(SqliteConnection& connection) {
  auto tables = connection.Run({"SELECT name FROM sqlite_schema WHERE type = 'table'", {}});
  if (!tables) return tables.error();
  for (const auto& table : *tables) {
    auto row = connection.Run({"SELECT * FROM \"" + table.Text(0) + "\" LIMIT 1", {}});
    if (!row) return row.error();
  }
  return Ok();
}

// What it was before is kept: a new program may turn out to be the wrong one.
Status MigrateWithBackup(SqliteConnection& connection, const SqliteOptions& options,
                         std::size_t pending, fs::path& backup) {
  const auto& migrations = options.migrations;
  if (pending < migrations.size()) {
    auto source = SqliteConnection::Open(options.path, SqliteConnection::Access::kReadOnly);
    if (!source) return source.error();
    const auto& next = migrations[migrations.size() - pending].name;
    auto copy = BackUpBefore(next, **source, options.path);
    if (!copy) return copy.error();
    backup = std::move(*copy);
  }
  return Migrate(connection, migrations);
}

// Everything that can be a reason to refuse comes before the first change. `backup` becomes the
// name of the copy from before a migration.
Status BringUpToDate(SqliteConnection& connection, const SqliteOptions& options, fs::path& backup) {
  auto looked = LookIntoEachTable(connection);
  if (!looked) return looked;
  auto pending = CountPendingMigrations(connection, options.migrations);
  if (!pending) return pending.error();
  auto mode = connection.Run({"PRAGMA journal_mode = WAL", {}});
  if (!mode) return mode.error();
  if (mode->front().Text(0) != "wal") {
    return Error(ErrorCode::kUnavailable,
                 "this file system cannot hold a database that is read and written at once; use a "
                 "local disk");
  }
  if (*pending > 0) return MigrateWithBackup(connection, options, *pending, backup);
  // What a killed process left in the log, which the disk may not have.
  return connection.RunCheckpoint(SqliteConnection::Checkpoint::kTruncate);
}

using Connection = std::unique_ptr<SqliteConnection>;

Result<std::vector<Connection>> OpenReaders(const fs::path& path) {
  std::vector<Connection> connections;
  while (connections.size() < limits::kDatabaseReaders) {
    auto opened = SqliteConnection::Open(path, SqliteConnection::Access::kReadOnly);
    if (!opened) return opened.error();
    connections.push_back(std::move(*opened));
  }
  return connections;
}

Error ClosedError() {
  return Error(ErrorCode::kUnavailable, "the database is closed");
}

template <class Pushed>
Error RefusalOf(Pushed pushed) {
  if (pushed == Pushed::kIsClosed) return ClosedError();
  return Error(ErrorCode::kUnavailable,
               "too much waits for the database; its disk is slower than the load");
}

}  // namespace

Result<std::unique_ptr<SqliteDatabase>> SqliteDatabase::Open(asio::any_io_executor executor,
                                                             SqliteOptions options) {
  const auto& path = options.path;
  auto made = MakeFileIfMissing(path);
  if (!made) return made.error();
  auto connection = SqliteConnection::Open(path, SqliteConnection::Access::kReadWrite);
  if (!connection) return connection.error();
  fs::path migration_backup;
  auto ready = BringUpToDate(**connection, options, migration_backup);
  if (!ready) return Error(ready.error().code, path.string() + ": " + ready.error().message);
  auto reading = OpenReaders(path);
  if (!reading) return reading.error();
  SqliteWriter::Options writing{options.queue_max, options.flush_lag, std::move(options.on_fault)};
  auto writer =
      std::make_unique<SqliteWriter>(std::move(*connection), executor, std::move(writing));
  auto readers = std::make_unique<SqliteReaders>(std::move(*reading), executor, options.queue_max);
  std::unique_ptr<SqliteDatabase> database(
      new SqliteDatabase(std::move(executor), path, std::move(writer), std::move(readers)));
  database->migration_backup_ = std::move(migration_backup);
  return database;
}

SqliteDatabase::SqliteDatabase(asio::any_io_executor executor, fs::path path,
                               std::unique_ptr<SqliteWriter> writer,
                               std::unique_ptr<SqliteReaders> readers)
    : executor_(std::move(executor)),
      path_(std::move(path)),
      writer_(std::move(writer)),
      readers_(std::move(readers)) {}

SqliteDatabase::~SqliteDatabase() {
  Close();
}

Task<Result<Rows>> SqliteDatabase::Query(Statement statement) {
  auto ticket = std::make_shared<Ticket<Rows>>(executor_);
  SqliteReaders::Job job;
  job.statement = std::move(statement);
  job.ticket = ticket;
  const auto pushed = readers_->Push(job);
  if (pushed != SqliteReaders::Queue::Pushed::kYes) co_return RefusalOf(pushed);
  // From here on the database may end before the task does.
  co_return co_await WaitFor(std::move(ticket));
}

Task<Result<std::vector<Rows>>> SqliteDatabase::Write(std::vector<Statement> batch,
                                                      Durability durability) {
  auto ticket = std::make_shared<Ticket<std::vector<Rows>>>(executor_);
  SqliteWriter::Job job;
  job.batch = std::move(batch);
  job.durability = durability;
  job.ticket = ticket;
  const auto pushed = writer_->Push(job);
  if (pushed != SqliteWriter::Queue::Pushed::kYes) co_return RefusalOf(pushed);
  co_return co_await WaitFor(std::move(ticket));
}

Task<Status> SqliteDatabase::Backup(fs::path copy) {
  if (is_closing_) co_return ClosedError();
  if (is_backing_up_.exchange(true)) {
    co_return Error(ErrorCode::kConflict, "another backup is being made; wait until it is done");
  }
  if (backup_.joinable()) backup_.join();
  auto ticket = std::make_shared<Ticket<Unit>>(executor_);
  StartBackup(std::move(copy), ticket);
  co_return co_await WaitFor(std::move(ticket));
}

void SqliteDatabase::StartBackup(fs::path copy, std::shared_ptr<Ticket<Unit>> ticket) {
  backup_ = std::thread([this, copy = std::move(copy), ticket = std::move(ticket)]() mutable {
    auto source = SqliteConnection::Open(path_, SqliteConnection::Access::kReadOnly);
    auto made = source ? BackUp(**source, copy, is_closing_) : Status(source.error());
    is_backing_up_ = false;
    asio::post(executor_, [ticket = std::move(ticket), made = std::move(made)]() mutable {
      ticket->Answer(std::move(made));
    });
  });
}

void SqliteDatabase::Close() {
  is_closing_ = true;
  if (backup_.joinable()) backup_.join();
  // Readers first: while one reads, the log cannot be emptied.
  readers_->Close();
  writer_->Close();
}

}  // namespace nat
