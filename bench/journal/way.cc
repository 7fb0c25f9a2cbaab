#include "bench/journal/way.h"

#include <fcntl.h>

#include <cstdio>
#include <string>
#include <utility>

#include "base/files.h"
#include "base/limits.h"
#include "bench/journal/files.h"
#include "db/sqlite_database.h"

namespace nat {
namespace {

namespace fs = std::filesystem;

// As long as the ids of the product.
std::string IdOf(std::string_view kind, std::int64_t number) {
  const auto digits = std::to_string(number);
  std::string id(kind);
  id.append(22 - kind.size() - digits.size(), '0');
  return id + digits;
}

std::string TurnIdOf(std::size_t turn) {
  return IdOf("t", static_cast<std::int64_t>(turn));
}

template <class T>
T Checked(Result<T> result) {
  if (!result) std::fprintf(stderr, "%s\n", result.error().message.c_str());
  NAT_CHECK(result.has_value());
  return std::move(*result);
}

constexpr auto kNever = std::chrono::hours(1);

std::unique_ptr<SqliteDatabase> OpenMain(asio::any_io_executor executor, const fs::path& folder,
                                         std::chrono::nanoseconds flush_lag) {
  SqliteOptions options;
  options.path = folder / "main.db";
  options.flush_lag = flush_lag;
  return Checked(SqliteDatabase::Open(std::move(executor), std::move(options)));
}

// Before the database is opened for good, so that nothing has to wait: the rows that others refer
// to.
void MakeTurns(const fs::path& path, std::size_t turns) {
  auto connection = Checked(SqliteConnection::Open(path, SqliteConnection::Access::kReadWrite));
  const auto run = [&](std::string sql) { Checked(connection->Execute(sql)); };
  run("BEGIN");
  run("INSERT INTO person_keys(person_id, created_at) VALUES('p', 1)");
  run("INSERT INTO conversations(conversation_id, person_id, access, leaf_message_id, created_at, "
      "updated_at) VALUES('c', 'p', 'id', 'm', 1, 1)");
  for (std::size_t turn = 0; turn < turns; ++turn) {
    run("INSERT INTO turns(turn_id, conversation_id, person_id, digest, user_message_id, "
        "reply_message_id, status, last_event, created_at) VALUES('" +
        TurnIdOf(turn) + "', 'c', 'p', 'd', 'u', 'r', 'running', 1, 1)");
  }
  run("COMMIT");
}

Statement InsertEvent(const JournalEvent& event) {
  return Statement{
      "INSERT INTO reply_events(turn_id, event_number, name, body) VALUES($1, $2, $3, $4)",
      {TurnIdOf(event.turn), event.number, std::string("text"), Blob{event.sealed}}};
}

Statement DeleteEvents(std::size_t turn) {
  return Statement{"DELETE FROM reply_events WHERE turn_id = $1", {TurnIdOf(turn)}};
}

// What an append-only file would hold: the row's values behind their length.
std::string Record(const JournalEvent& event) {
  const auto size = static_cast<std::uint32_t>(event.sealed.size());
  std::string record(reinterpret_cast<const char*>(&size), sizeof size);
  record += TurnIdOf(event.turn);
  record.append(reinterpret_cast<const char*>(&event.number), sizeof event.number);
  return record + event.sealed;
}

Task<Status> WriteOne(Database& database, Statement statement, Durability durability) {
  std::vector<Statement> batch;
  batch.push_back(std::move(statement));
  auto written = co_await database.Write(std::move(batch), durability);
  if (!written) co_return written.error();
  co_return Ok();
}

class WithDatabase : public Way {
 public:
  WithDatabase(asio::any_io_executor executor, const fs::path& folder, std::size_t turns,
               std::chrono::nanoseconds flush_lag = limits::kRelaxedFlushLag) {
    OpenMain(executor, folder, flush_lag);
    MakeTurns(folder / "main.db", turns);
    database_ = OpenMain(executor, folder, flush_lag);
  }

  Task<Status> CommitMessage(std::int64_t number) override {
    return WriteOne(*database_, InsertMessage(number), Durability::kDurable);
  }

 protected:
  static Statement InsertMessage(std::int64_t number) {
    constexpr std::size_t kSealedMessageBytes = 400;
    return Statement{
        "INSERT INTO messages(message_id, conversation_id, parent_id, turn_id, role, body, "
        "created_at) VALUES($1, 'c', $2, 't', 'user', $3, $4)",
        {IdOf("m", number), IdOf("m", number - 1), Blob{std::string(kSealedMessageBytes, 'x')},
         number}};
  }

  std::unique_ptr<SqliteDatabase> database_;
};

// As the product does it.
class RowWay : public WithDatabase {
 public:
  using WithDatabase::WithDatabase;

  Task<Status> Append(JournalEvent event) override {
    return WriteOne(*database_, InsertEvent(event), Durability::kRelaxed);
  }
  Task<Status> Remove(std::size_t turn) override {
    return WriteOne(*database_, DeleteEvents(turn), Durability::kRelaxed);
  }
};

// The same, but no flush holds up the writer: what must be durable is committed like everything
// else, and answered once a thread that does nothing but flush has flushed the log. Only moving a
// full log into the file is still the writer's.
class FlushElsewhereWay final : public RowWay {
 public:
  FlushElsewhereWay(asio::any_io_executor executor, const fs::path& folder, std::size_t turns)
      : RowWay(executor, folder, turns, kNever),
        log_(folder / "main.db-wal", O_RDWR | O_CREAT),
        flusher_(executor, [this](const std::string&) { log_.Flush(); }) {}

  Task<Status> CommitMessage(std::int64_t number) override {
    auto insert = InsertMessage(number);
    auto written = co_await WriteOne(*database_, std::move(insert), Durability::kRelaxed);
    if (!written) co_return written.error();
    std::string nothing;
    co_return co_await flusher_.Do(std::move(nothing));
  }

 private:
  OpenFile log_;
  GroupThread flusher_;
};

// A database of its own for the events, never flushed, with a writer of its own.
class SecondDatabaseWay final : public WithDatabase {
 public:
  SecondDatabaseWay(asio::any_io_executor executor, const fs::path& folder, std::size_t turns)
      : WithDatabase(executor, folder, turns), executor_(executor) {
    const auto path = folder / "events.db";
    Checked(WriteNewFile(path, ""));
    auto connection = Checked(SqliteConnection::Open(path, SqliteConnection::Access::kReadWrite));
    Checked(connection->Run({"PRAGMA journal_mode = WAL", {}}));
    // Before the writer asks for NORMAL, which it then takes for granted.
    Checked(connection->SetSynchronous(SqliteConnection::Synchronous::kNormal));
    Checked(connection->Execute(
        "PRAGMA synchronous = OFF; CREATE TABLE reply_events(turn_id TEXT NOT NULL, event_number "
        "BIGINT NOT NULL, name TEXT NOT NULL, body BLOB NOT NULL, PRIMARY KEY (turn_id, "
        "event_number))"));
    SqliteWriter::Options options{limits::kDatabaseQueueMax, kNever, [](const std::string&) {}};
    writer_ = std::make_unique<SqliteWriter>(std::move(connection), executor, std::move(options));
  }

  Task<Status> Append(JournalEvent event) override { return Write(InsertEvent(event)); }
  Task<Status> Remove(std::size_t turn) override { return Write(DeleteEvents(turn)); }

 private:
  Task<Status> Write(Statement statement) {
    auto ticket = std::make_shared<Ticket<std::vector<Rows>>>(executor_);
    SqliteWriter::Job job;
    job.batch.push_back(std::move(statement));
    job.durability = Durability::kRelaxed;
    job.ticket = ticket;
    NAT_CHECK(writer_->Push(job) == SqliteWriter::Queue::Pushed::kYes);
    auto written = co_await WaitFor(std::move(ticket));
    if (!written) co_return written.error();
    co_return Ok();
  }

  asio::any_io_executor executor_;
  std::unique_ptr<SqliteWriter> writer_;
};

// A file that is only appended to. The end of a turn is a record too; the file itself would be
// begun anew from time to time.
class FileOnLoopWay final : public WithDatabase {
 public:
  FileOnLoopWay(asio::any_io_executor executor, const fs::path& folder, std::size_t turns)
      : WithDatabase(executor, folder, turns),
        file_(folder / "events", O_WRONLY | O_CREAT | O_APPEND) {}

  Task<Status> Append(JournalEvent event) override {
    file_.Write(Record(event));
    co_return Ok();
  }
  Task<Status> Remove(std::size_t turn) override {
    JournalEvent end;
    end.turn = turn;
    return Append(std::move(end));
  }

 private:
  OpenFile file_;
};

class FileOnThreadWay final : public WithDatabase {
 public:
  FileOnThreadWay(asio::any_io_executor executor, const fs::path& folder, std::size_t turns)
      : WithDatabase(executor, folder, turns),
        file_(folder / "events", O_WRONLY | O_CREAT | O_APPEND),
        thread_(executor, [this](const std::string& bytes) { file_.Write(bytes); }) {}

  Task<Status> Append(JournalEvent event) override { return thread_.Do(Record(event)); }
  Task<Status> Remove(std::size_t turn) override {
    JournalEvent end;
    end.turn = turn;
    return Append(std::move(end));
  }

 private:
  OpenFile file_;
  GroupThread thread_;
};

template <class T>
std::unique_ptr<Way> Make(asio::any_io_executor executor, const fs::path& folder,
                          std::size_t turns) {
  return std::make_unique<T>(std::move(executor), folder, turns);
}

}  // namespace

const std::vector<WayKind>& AllWays() {
  static const std::vector<WayKind> kWays = {
      {"row", "a row of the database, as it is", Make<RowWay>},
      {"flush", "the same, flushed by a thread of its own", Make<FlushElsewhereWay>},
      {"second", "a second database, never flushed", Make<SecondDatabaseWay>},
      {"file", "a file, written on the loop", Make<FileOnLoopWay>},
      {"thread", "a file, written on a thread", Make<FileOnThreadWay>}};
  return kWays;
}

}  // namespace nat
