#include "db/sqlite_connection.h"

#include <sqlite3.h>

#include <charconv>
#include <chrono>
#include <string>
#include <utility>
#include <vector>

#include "base/limits.h"

namespace nat {
namespace {

constexpr int kLockTimeoutMilliseconds =
    static_cast<int>(std::chrono::milliseconds(limits::kDatabaseLockTimeout).count());

// What a code of SQLite means here, and what the operator can do about it. Constraint messages name
// tables and columns, never values.
Error Translate(int code, const std::string& detail) {
  switch (code & 0xff) {
    case SQLITE_CONSTRAINT:
      return Error(ErrorCode::kConflict, detail);
    case SQLITE_FULL:
      return Error(ErrorCode::kUnavailable, "the database's disk is full; make room on it");
    case SQLITE_READONLY:
    case SQLITE_PERM:
      return Error(ErrorCode::kUnavailable, "the database cannot be written (" + detail +
                                                "); give this program's user the right to write "
                                                "the file and its folder");
    case SQLITE_CANTOPEN:
    case SQLITE_IOERR:
      return Error(ErrorCode::kUnavailable,
                   "the database's disk fails (" + detail + "); look at the system's log");
    case SQLITE_BUSY:
    case SQLITE_LOCKED:
      return Error(ErrorCode::kUnavailable,
                   "another program holds the database; end it or wait until it is done");
    case SQLITE_INTERRUPT:
      return Error(ErrorCode::kUnavailable, "the database is closing");
    case SQLITE_NOMEM:
      return Error(ErrorCode::kUnavailable, "there is no memory left for the database");
    case SQLITE_NOTADB:
      return Error(ErrorCode::kInternal, "the file is not a SQLite database; it was not changed");
    case SQLITE_CORRUPT:
      return Error(ErrorCode::kInternal, "the database file is damaged (" + detail +
                                             "); keep a copy of it and restore your backup");
    default:
      return Error(ErrorCode::kInternal, "SQLite: " + detail);
  }
}

// The number of parameter $<number>; 0 for any other name.
std::size_t NumberOf(const char* name) {
  const std::string_view text = name == nullptr ? "" : name;
  std::size_t number = 0;
  if (text.empty() || text.front() != '$') return 0;
  const char* end = text.data() + text.size();
  const auto read = std::from_chars(text.data() + 1, end, number);
  return read.ptr == end ? number : 0;
}

// The bound bytes are not copied: they outlive the statement's run.
struct Binder {
  sqlite3_stmt* statement;
  int index;

  int operator()(std::monostate) const { return sqlite3_bind_null(statement, index); }
  int operator()(std::int64_t number) const { return sqlite3_bind_int64(statement, index, number); }
  int operator()(const std::string& text) const {
    return sqlite3_bind_text64(statement, index, text.data(), text.size(), SQLITE_STATIC,
                               SQLITE_UTF8);
  }
  int operator()(const Blob& blob) const {
    return sqlite3_bind_blob64(statement, index, blob.bytes.data(), blob.bytes.size(),
                               SQLITE_STATIC);
  }
};

std::string BytesOf(sqlite3_stmt* statement, int column, const void* bytes) {
  const auto size = static_cast<std::size_t>(sqlite3_column_bytes(statement, column));
  return size == 0 ? std::string() : std::string(static_cast<const char*>(bytes), size);
}

Result<Row> ReadRow(sqlite3_stmt* statement) {
  const int count = sqlite3_column_count(statement);
  std::vector<Value> columns;
  columns.reserve(static_cast<std::size_t>(count));
  for (int column = 0; column < count; ++column) {
    switch (sqlite3_column_type(statement, column)) {
      case SQLITE_NULL:
        columns.emplace_back(std::monostate());
        break;
      case SQLITE_INTEGER:
        columns.emplace_back(std::int64_t{sqlite3_column_int64(statement, column)});
        break;
      case SQLITE_TEXT:
        columns.emplace_back(BytesOf(statement, column, sqlite3_column_text(statement, column)));
        break;
      case SQLITE_BLOB:
        columns.emplace_back(
            Blob{BytesOf(statement, column, sqlite3_column_blob(statement, column))});
        break;
      default:
        return Error(ErrorCode::kInternal,
                     "a column of an answer is a fraction; CAST it to BIGINT or TEXT");
    }
  }
  return Row(std::move(columns));
}

}  // namespace

struct SqliteConnection::Prepared {
  Prepared(std::string text, sqlite3_stmt* prepared) : sql(std::move(text)), statement(prepared) {}
  ~Prepared() { sqlite3_finalize(statement); }
  Prepared(const Prepared&) = delete;
  Prepared& operator=(const Prepared&) = delete;

  std::string sql;
  sqlite3_stmt* statement;
};

Result<std::unique_ptr<SqliteConnection>> SqliteConnection::Open(const std::filesystem::path& path,
                                                                 Access access) {
  // An absolute path: SQLite reads some relative ones ("file:...", ":memory:") as something else.
  const auto whole = std::filesystem::absolute(path).string();
  const int flags = access == Access::kReadWrite ? SQLITE_OPEN_READWRITE : SQLITE_OPEN_READONLY;
  sqlite3* handle = nullptr;
  const int code = sqlite3_open_v2(whole.c_str(), &handle, flags | SQLITE_OPEN_NOMUTEX, nullptr);
  std::unique_ptr<SqliteConnection> connection(new SqliteConnection(handle));
  auto opened = code == SQLITE_OK ? connection->Configure(access)
                                  : Status(Translate(code, sqlite3_errmsg(handle)));
  if (!opened) return Error(opened.error().code, whole + ": " + opened.error().message);
  return connection;
}

SqliteConnection::SqliteConnection(sqlite3* handle) : handle_(handle) {}

SqliteConnection::~SqliteConnection() {
  prepared_.clear();
  sqlite3_close(handle_);
}

Status SqliteConnection::Configure(Access access) {
  sqlite3_extended_result_codes(handle_, 1);
  sqlite3_busy_timeout(handle_, kLockTimeoutMilliseconds);
  // Each connection keeps 2 MB of pages. Nothing is mapped, so that a failing disk is an error and
  // not a signal. Texts are sealed, and still no temporary file is made.
  auto configured = Execute(
      "PRAGMA cache_size = -2000; PRAGMA mmap_size = 0; PRAGMA temp_store = MEMORY;"
      "PRAGMA foreign_keys = ON");
  if (!configured) return configured;
  // The first read of the file: what is not a database, or is cut short, is found out here.
  auto schema = Run({"SELECT count(*) FROM sqlite_schema", {}});
  if (!schema) return schema.error();
  if (access == Access::kReadOnly) return Ok();
  if (!is_writable()) return Translate(SQLITE_READONLY, "it is read-only");
  // The writer empties the log itself (RunCheckpoint), and the hook says when there is reason to.
  const auto hook = [](void* self, sqlite3*, const char*, int pages) {
    auto* connection = static_cast<SqliteConnection*>(self);
    ++connection->log_commits_;
    connection->log_pages_ = pages;
    return SQLITE_OK;
  };
  sqlite3_wal_hook(handle_, hook, this);
  // Deleted content is overwritten with zeros, also in pages that become free: a wrapped key that
  // is deleted must be gone (FAST would leave it in free pages). The log is cut back after it had
  // to grow.
  return Execute("PRAGMA secure_delete = ON; PRAGMA journal_size_limit = 16777216");
}

Result<Rows> SqliteConnection::Run(const Statement& statement) {
  auto prepared = Prepare(statement.sql);
  if (!prepared) return prepared.error();
  return Step(**prepared, statement);
}

Result<Rows> SqliteConnection::RunReadOnly(const Statement& statement) {
  auto prepared = Prepare(statement.sql);
  if (!prepared) return prepared.error();
  if (sqlite3_stmt_readonly((*prepared)->statement) == 0) {
    return Error(ErrorCode::kInternal, "a query changes something; use Write: " + statement.sql);
  }
  return Step(**prepared, statement);
}

Result<SqliteConnection::Prepared*> SqliteConnection::Prepare(const std::string& sql) {
  if (const auto found = prepared_by_sql_.find(sql); found != prepared_by_sql_.end()) {
    prepared_.splice(prepared_.begin(), prepared_, found->second);
    return &prepared_.front();
  }
  sqlite3_stmt* statement = nullptr;
  const char* rest = nullptr;
  const int code =
      sqlite3_prepare_v3(handle_, sql.c_str(), -1, SQLITE_PREPARE_PERSISTENT, &statement, &rest);
  if (code != SQLITE_OK) {
    const auto error = LastError();
    return Error(error.code, error.message + ": " + sql);
  }
  if (statement == nullptr || *rest != '\0') {
    sqlite3_finalize(statement);
    return Error(ErrorCode::kInternal, "this is not exactly one statement: " + sql);
  }
  prepared_.emplace_front(sql, statement);
  prepared_by_sql_.emplace(prepared_.front().sql, prepared_.begin());
  if (prepared_.size() > limits::kPreparedStatementsMax) {
    prepared_by_sql_.erase(prepared_.back().sql);
    prepared_.pop_back();
  }
  return &prepared_.front();
}

Result<Rows> SqliteConnection::Step(Prepared& prepared, const Statement& statement) {
  sqlite3_stmt* running = prepared.statement;
  // Ends the statement's read of the database, and forgets the bound bytes, on every way out.
  const auto reset = [](sqlite3_stmt* ended) {
    sqlite3_reset(ended);
    sqlite3_clear_bindings(ended);
  };
  const std::unique_ptr<sqlite3_stmt, decltype(reset)> guard(running, reset);
  const int count = sqlite3_bind_parameter_count(running);
  if (static_cast<std::size_t>(count) != statement.parameters.size()) {
    return Error(ErrorCode::kInternal, "as many values as parameters, please: " + statement.sql);
  }
  for (int index = 1; index <= count; ++index) {
    const auto number = NumberOf(sqlite3_bind_parameter_name(running, index));
    if (number == 0 || number > statement.parameters.size()) {
      return Error(ErrorCode::kInternal, "parameters are $1, $2, ...: " + statement.sql);
    }
    const int code = std::visit(Binder{running, index}, statement.parameters[number - 1]);
    if (code != SQLITE_OK) return Translate(code, sqlite3_errstr(code));
  }
  Rows rows;
  int code = sqlite3_step(running);
  for (; code == SQLITE_ROW; code = sqlite3_step(running)) {
    auto row = ReadRow(running);
    if (!row) return row.error();
    rows.push_back(std::move(*row));
  }
  if (code != SQLITE_DONE) return LastError();
  const bool answers_rows = sqlite3_column_count(running) > 0;
  const auto changed =
      answers_rows ? rows.size() : static_cast<std::size_t>(sqlite3_changes64(handle_));
  if (statement.rows_expected && changed != *statement.rows_expected) {
    return Error(ErrorCode::kConflict, "expected " + std::to_string(*statement.rows_expected) +
                                           " rows and got " + std::to_string(changed) + ": " +
                                           statement.sql);
  }
  return rows;
}

Status SqliteConnection::Execute(const std::string& sql) {
  if (sqlite3_exec(handle_, sql.c_str(), nullptr, nullptr, nullptr) == SQLITE_OK) return Ok();
  return LastError();
}

Status SqliteConnection::SetSynchronous(Synchronous synchronous) {
  if (synchronous_ == synchronous) return Ok();
  auto set = Execute(synchronous == Synchronous::kFull ? "PRAGMA synchronous = FULL"
                                                       : "PRAGMA synchronous = NORMAL");
  if (set) synchronous_ = synchronous;
  return set;
}

bool SqliteConnection::is_in_transaction() const {
  return sqlite3_get_autocommit(handle_) == 0;
}

void SqliteConnection::RollBack() {
  if (!is_in_transaction()) return;
  // It cannot fail in a way that leaves the transaction open.
  sqlite3_exec(handle_, "ROLLBACK", nullptr, nullptr, nullptr);
  NAT_CHECK(!is_in_transaction());
}

bool SqliteConnection::has_broken_references() const {
  int current = 0;
  int highest = 0;
  sqlite3_db_status(handle_, SQLITE_DBSTATUS_DEFERRED_FKS, &current, &highest, 0);
  return current != 0;
}

bool SqliteConnection::is_writable() const {
  return sqlite3_db_readonly(handle_, "main") == 0;
}

Status SqliteConnection::SyncLog() {
  // By SQLite's own descriptor: SQLite flushes the log only when a commit is FULL, and an empty
  // commit writes nothing.
  sqlite3_file* log = nullptr;
  sqlite3_file_control(handle_, "main", SQLITE_FCNTL_JOURNAL_POINTER, &log);
  if (log == nullptr || log->pMethods == nullptr) return Ok();
  const int code = log->pMethods->xSync(log, SQLITE_SYNC_NORMAL);
  if (code == SQLITE_OK) return Ok();
  return Translate(code, "the log could not be flushed");
}

Status SqliteConnection::RunCheckpoint(Checkpoint checkpoint) {
  const bool truncates = checkpoint == Checkpoint::kTruncate;
  sqlite3_busy_timeout(handle_, 0);
  const int code = sqlite3_wal_checkpoint_v2(
      handle_, "main", truncates ? SQLITE_CHECKPOINT_TRUNCATE : SQLITE_CHECKPOINT_PASSIVE, nullptr,
      nullptr);
  sqlite3_busy_timeout(handle_, kLockTimeoutMilliseconds);
  if (code == SQLITE_OK && truncates) log_pages_ = 0;
  if (code == SQLITE_OK || code == SQLITE_BUSY) return Ok();
  return LastError();
}

void SqliteConnection::StopWhen(const std::atomic<bool>& flag) {
  constexpr int kStepsBetweenLooks = 10'000;
  const auto look = [](void* watched) {
    return static_cast<const std::atomic<bool>*>(watched)->load() ? 1 : 0;
  };
  sqlite3_progress_handler(handle_, kStepsBetweenLooks, look,
                           const_cast<std::atomic<bool>*>(&flag));
}

Error SqliteConnection::LastError() const {
  return Translate(sqlite3_extended_errcode(handle_), sqlite3_errmsg(handle_));
}

}  // namespace nat
