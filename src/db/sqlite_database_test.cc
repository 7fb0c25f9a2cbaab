#include "db/sqlite_database.h"

#include <gtest/gtest.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/cancellation_signal.hpp>
#include <boost/asio/detached.hpp>
#include <chrono>
#include <csignal>
#include <fstream>
#include <iterator>
#include <list>
#include <thread>

#include "tests/support/run_task.h"
#include "tests/support/temporary_folder.h"

namespace nat {
namespace {

using WriteAnswer = Result<std::vector<Rows>>;

const Migration kNotes{1, "0001_notes",
                       "CREATE TABLE notes(id BIGINT PRIMARY KEY, body BLOB);"
                       "CREATE TABLE lines(note_id BIGINT NOT NULL REFERENCES notes(id)"
                       " DEFERRABLE INITIALLY DEFERRED)"};

std::vector<Statement> InsertNote(std::int64_t id, std::string body = "text") {
  return {{"INSERT INTO notes(id, body) VALUES($1, $2)", {id, Blob{std::move(body)}}}};
}

Task<void> WriteInto(Database& database, std::vector<Statement> batch, Durability durability,
                     std::optional<WriteAnswer>& answer) {
  auto written = co_await database.Write(std::move(batch), durability);
  answer.emplace(std::move(written));
}

Task<void> QueryInto(Database& database, Statement statement, std::optional<Result<Rows>>& into) {
  auto rows = co_await database.Query(std::move(statement));
  into.emplace(std::move(rows));
}

Task<void> BackUpInto(SqliteDatabase& database, std::filesystem::path copy,
                      std::optional<Status>& into) {
  auto status = co_await database.Backup(std::move(copy));
  into.emplace(std::move(status));
}

std::string ReadFile(const std::filesystem::path& path) {
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
}

// While it lives, the disk is full as far as the kernel lets this process write: at 64 KiB of any
// file.
class FullDisk {
 public:
  FullDisk() {
    std::signal(SIGXFSZ, SIG_IGN);
    getrlimit(RLIMIT_FSIZE, &before_);
    const rlimit full{64UL * 1024, before_.rlim_max};
    setrlimit(RLIMIT_FSIZE, &full);
  }
  ~FullDisk() { setrlimit(RLIMIT_FSIZE, &before_); }
  FullDisk(const FullDisk&) = delete;
  FullDisk& operator=(const FullDisk&) = delete;

 private:
  rlimit before_{};
};

class SqliteDatabaseTest : public testing::Test {
 protected:
  Result<std::unique_ptr<SqliteDatabase>> TryOpen(std::vector<Migration> migrations = {kNotes}) {
    SqliteOptions options;
    options.path = path_;
    options.migrations = std::move(migrations);
    options.queue_max = queue_max_;
    options.flush_lag = flush_lag_;
    return SqliteDatabase::Open(loop_.get_executor(), std::move(options));
  }
  void Open() {
    auto opened = TryOpen();
    ASSERT_TRUE(opened) << opened.error().message;
    database_ = std::move(*opened);
  }

  WriteAnswer Write(std::vector<Statement> batch, Durability durability = Durability::kDurable) {
    return RunTask(loop_, database_->Write(std::move(batch), durability));
  }
  std::int64_t CountNotes() {
    auto rows = RunTask(loop_, database_->Query({"SELECT count(*) FROM notes", {}}));
    return rows ? rows->front().Integer(0) : -1;
  }

  // Begins a write that is answered into the returned place once the loop runs.
  std::optional<WriteAnswer>& Begin(std::vector<Statement> batch,
                                    Durability durability = Durability::kRelaxed) {
    auto& answer = answers_.emplace_back();
    auto task = WriteInto(*database_, std::move(batch), durability, answer);
    asio::co_spawn(loop_, std::move(task), asio::detached);
    loop_.restart();
    loop_.poll();
    return answer;
  }
  void RunUntilAllAreAnswered() {
    loop_.restart();
    loop_.run();
  }

  // Another program that writes: until it is released, ours waits and its queue gathers.
  std::unique_ptr<SqliteConnection> HoldWriteLock() {
    auto other = SqliteConnection::Open(path_, SqliteConnection::Access::kReadWrite);
    NAT_CHECK(other.has_value());
    NAT_CHECK((*other)->Execute("BEGIN IMMEDIATE").has_value());
    return std::move(*other);
  }

  TemporaryFolder folder_;
  std::filesystem::path path_ = folder_ / "test.db";
  std::size_t queue_max_ = limits::kDatabaseQueueMax;
  std::chrono::nanoseconds flush_lag_ = limits::kRelaxedFlushLag;
  asio::io_context loop_;
  std::list<std::optional<WriteAnswer>> answers_;
  std::unique_ptr<SqliteDatabase> database_;
};

// What it refuses to open.

TEST_F(SqliteDatabaseTest, RefusesAFileThatIsNoDatabaseAndLeavesItAsItIs) {
  for (const auto& text : {std::string("hello"), std::string(10'000, 'x')}) {
    std::ofstream(path_) << text;
    const auto opened = TryOpen();
    ASSERT_FALSE(opened);
    EXPECT_EQ(opened.error().code, ErrorCode::kInternal);
    EXPECT_NE(opened.error().message.find("not a SQLite database"), std::string::npos);
    EXPECT_EQ(ReadFile(path_), text);
  }
}

TEST_F(SqliteDatabaseTest, RefusesAFileThatWasCutShort) {
  Open();
  for (int id = 0; id < 20; ++id) ASSERT_TRUE(Write(InsertNote(id, std::string(4000, 'x'))));
  database_.reset();
  std::filesystem::resize_file(path_, std::filesystem::file_size(path_) / 2);
  const auto opened = TryOpen();
  ASSERT_FALSE(opened);
  EXPECT_EQ(opened.error().code, ErrorCode::kInternal);
  EXPECT_NE(opened.error().message.find("restore your backup"), std::string::npos);
}

TEST_F(SqliteDatabaseTest, RefusesAFileWithADamagedTable) {
  Open();
  ASSERT_TRUE(Write(InsertNote(1)));
  const auto rows = RunTask(
      loop_, database_->Query({"SELECT rootpage FROM sqlite_schema WHERE name = 'notes'", {}}));
  database_.reset();
  constexpr std::int64_t kPageBytes = 4096;
  std::fstream file(path_, std::ios::in | std::ios::out | std::ios::binary);
  file.seekp((rows->front().Integer(0) - 1) * kPageBytes);
  file << std::string(kPageBytes, '\xee');
  file.close();
  const auto opened = TryOpen();
  ASSERT_FALSE(opened);
  EXPECT_EQ(opened.error().code, ErrorCode::kInternal);
}

TEST_F(SqliteDatabaseTest, RefusesTheFileOfANewerProgramAndLeavesItAsItIs) {
  auto newer = TryOpen({kNotes, {2, "0002_later", "CREATE TABLE later(id TEXT)"}});
  ASSERT_TRUE(newer);
  newer->reset();
  const auto before = ReadFile(path_);
  const auto opened = TryOpen();
  ASSERT_FALSE(opened);
  EXPECT_EQ(opened.error().code, ErrorCode::kConflict);
  EXPECT_EQ(ReadFile(path_), before);
}

TEST_F(SqliteDatabaseTest, RefusesToBeginAnewBesideTheLogOfALostFile) {
  std::ofstream(path_.string() + "-wal") << "the last writes";
  const auto opened = TryOpen();
  ASSERT_FALSE(opened);
  EXPECT_EQ(opened.error().code, ErrorCode::kConflict);
  EXPECT_EQ(ReadFile(path_.string() + "-wal"), "the last writes");
  EXPECT_FALSE(std::filesystem::exists(path_));
}

TEST_F(SqliteDatabaseTest, RefusesAFileThatItMayNotWrite) {
  Open();
  database_.reset();
  // Permissions do not bind root, so a child gives up being root first.
  ASSERT_EQ(chmod(path_.c_str(), 0444), 0);
  ASSERT_EQ(chmod(folder_.path().c_str(), 0555), 0);
  const pid_t child = fork();
  if (child == 0) {
    constexpr uid_t kNobody = 65534;
    if (geteuid() == 0 && setuid(kNobody) != 0) _exit(2);
    const auto opened = TryOpen();
    _exit(!opened && opened.error().code == ErrorCode::kUnavailable ? 0 : 1);
  }
  int status = 0;
  ASSERT_EQ(waitpid(child, &status, 0), child);
  ASSERT_EQ(chmod(folder_.path().c_str(), 0700), 0);
  EXPECT_TRUE(WIFEXITED(status) && WEXITSTATUS(status) == 0);
}

// Writes that fail.

TEST_F(SqliteDatabaseTest, ABatchThatBreaksAConstraintFailsAloneInItsGroup) {
  Open();
  ASSERT_TRUE(Write(InsertNote(1)));
  auto other = HoldWriteLock();
  auto& first = Begin(InsertNote(2));
  auto half = InsertNote(3);
  half.push_back(InsertNote(1).front());
  auto& broken = Begin(std::move(half));
  auto& last = Begin(InsertNote(4));
  other.reset();
  RunUntilAllAreAnswered();
  EXPECT_TRUE(first->has_value());
  ASSERT_FALSE(broken->has_value());
  EXPECT_EQ(broken->error().code, ErrorCode::kConflict);
  EXPECT_TRUE(last->has_value());
  EXPECT_EQ(CountNotes(), 3);
}

TEST_F(SqliteDatabaseTest, ABatchThatLeavesADanglingReferenceFailsAloneInItsGroup) {
  Open();
  auto other = HoldWriteLock();
  auto& first = Begin(InsertNote(1));
  auto& broken = Begin({{"INSERT INTO lines VALUES(99)", {}}});
  auto& last = Begin({{"INSERT INTO lines VALUES(5)", {}}, InsertNote(5).front()});
  other.reset();
  RunUntilAllAreAnswered();
  EXPECT_TRUE(first->has_value());
  ASSERT_FALSE(broken->has_value());
  EXPECT_EQ(broken->error().code, ErrorCode::kConflict);
  EXPECT_TRUE(last->has_value());
}

TEST_F(SqliteDatabaseTest, NothingOfAGroupIsVisibleWhenItsCommitFailsAndTheNextOneWorks) {
  Open();
  ASSERT_TRUE(Write(InsertNote(1)));
  auto other = HoldWriteLock();
  auto& small = Begin(InsertNote(2));
  auto& large = Begin(InsertNote(3, std::string(300'000, 'x')));
  std::optional<FullDisk> full_disk(std::in_place);
  other.reset();
  RunUntilAllAreAnswered();
  full_disk.reset();
  ASSERT_FALSE(large->has_value());
  EXPECT_EQ(large->error().code, ErrorCode::kUnavailable);
  const bool is_small_written = small->has_value();
  EXPECT_EQ(CountNotes(), is_small_written ? 2 : 1) << "an answer and the rows disagree";
  EXPECT_TRUE(Write(InsertNote(4, std::string(300'000, 'x'))));
  EXPECT_EQ(CountNotes(), is_small_written ? 3 : 2);
}

TEST_F(SqliteDatabaseTest, ABatchThatDoesNotFitOnTheDiskIsRefusedAndSmallerOnesGoOn) {
  Open();
  ASSERT_TRUE(Write({{"PRAGMA max_page_count = 20", {}}}));
  const auto large = Write(InsertNote(1, std::string(200'000, 'x')));
  ASSERT_FALSE(large);
  EXPECT_EQ(large.error().code, ErrorCode::kUnavailable);
  EXPECT_NE(large.error().message.find("full"), std::string::npos);
  EXPECT_TRUE(Write(InsertNote(2)));
  EXPECT_EQ(CountNotes(), 1);
}

TEST_F(SqliteDatabaseTest, AFullQueueRefusesAtOnceAndKeepsWhatItHas) {
  queue_max_ = 4;
  Open();
  auto other = HoldWriteLock();
  std::vector<std::optional<WriteAnswer>*> begun;
  // The writer takes one batch out of the queue, whenever it wakes, and is then held.
  for (int id = 0; id < 200 && (begun.empty() || !begun.back()->has_value()); ++id) {
    begun.push_back(&Begin(InsertNote(id)));
  }
  ASSERT_TRUE(begun.back()->has_value()) << "none was refused";
  EXPECT_EQ((**begun.back()).error().code, ErrorCode::kUnavailable);
  other.reset();
  RunUntilAllAreAnswered();
  const auto written = std::count_if(begun.begin(), begun.end(),
                                     [](const auto* answer) { return (**answer).has_value(); });
  EXPECT_GE(written, 4);
  EXPECT_EQ(CountNotes(), written);
}

// Ends that come early.

TEST_F(SqliteDatabaseTest, EveryTaskThatWaitsWhenItEndsIsAnsweredTruly) {
  Open();
  for (int id = 0; id < 500; ++id) Begin(InsertNote(id));
  std::optional<Result<Rows>> rows;
  auto task = QueryInto(*database_, {"SELECT count(*) FROM notes", {}}, rows);
  asio::co_spawn(loop_, std::move(task), asio::detached);
  loop_.poll();
  database_.reset();
  RunUntilAllAreAnswered();
  ASSERT_TRUE(rows.has_value());
  const auto written = std::count_if(answers_.begin(), answers_.end(), [](const auto& answer) {
    return answer.has_value() && answer->has_value();
  });
  EXPECT_TRUE(std::all_of(answers_.begin(), answers_.end(),
                          [](const auto& answer) { return answer.has_value(); }));
  Open();
  EXPECT_EQ(CountNotes(), written);
}

TEST_F(SqliteDatabaseTest, ALongQueryDoesNotHoldUpTheEnd) {
  Open();
  std::optional<Result<Rows>> rows;
  Statement counting{
      "WITH RECURSIVE count(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM count WHERE n < 20000000) "
      "SELECT max(n) FROM count",
      {}};
  auto task = QueryInto(*database_, std::move(counting), rows);
  asio::co_spawn(loop_, std::move(task), asio::detached);
  // Answered by the other reader, so the first is at work by then.
  EXPECT_EQ(CountNotes(), 0);
  database_.reset();
  RunUntilAllAreAnswered();
  ASSERT_TRUE(rows.has_value());
  ASSERT_FALSE(*rows);
  EXPECT_EQ(rows->error().code, ErrorCode::kUnavailable);
}

TEST_F(SqliteDatabaseTest, RefusesEverythingOnceItIsClosed) {
  Open();
  database_->Close();
  const auto written = Write(InsertNote(1));
  ASSERT_FALSE(written);
  EXPECT_EQ(written.error().code, ErrorCode::kUnavailable);
  const auto rows = RunTask(loop_, database_->Query({"SELECT 1", {}}));
  ASSERT_FALSE(rows);
  EXPECT_EQ(rows.error().code, ErrorCode::kUnavailable);
  const auto copied = RunTask(loop_, database_->Backup(folder_ / "copy.db"));
  ASSERT_FALSE(copied);
  EXPECT_EQ(copied.error().code, ErrorCode::kUnavailable);
}

TEST_F(SqliteDatabaseTest, TheBatchOfACancelledTaskIsWrittenAllTheSame) {
  Open();
  auto other = HoldWriteLock();
  std::optional<WriteAnswer> answer;
  asio::cancellation_signal cancel;
  auto task = WriteInto(*database_, InsertNote(1), Durability::kDurable, answer);
  asio::co_spawn(loop_, std::move(task),
                 asio::bind_cancellation_slot(cancel.slot(), [](std::exception_ptr) {}));
  loop_.poll();
  cancel.emit(asio::cancellation_type::terminal);
  loop_.restart();
  loop_.poll();
  ASSERT_TRUE(answer.has_value()) << "a cancelled task should not wait for the disk";
  EXPECT_EQ(answer->error().code, ErrorCode::kCancelled);
  other.reset();
  EXPECT_TRUE(Write(InsertNote(2)));
  EXPECT_EQ(CountNotes(), 2);
}

TEST_F(SqliteDatabaseTest, AnswersThatNobodyFetchesEndWithTheLoop) {
  Open();
  for (int id = 0; id < 10; ++id) Begin(InsertNote(id));
  database_.reset();
  // The loop ends without running again: waiting tasks and answers go with it, which the sanitizer
  // watches.
}

// What it promises.

TEST_F(SqliteDatabaseTest, WhatGathersWhileItIsBusyIsCommittedTogether) {
  Open();
  auto other = HoldWriteLock();
  const auto before = database_->commits();
  const auto count = static_cast<std::int64_t>(limits::kGroupCommitMax);
  for (std::int64_t id = 0; id < count; ++id) Begin(InsertNote(id));
  other.reset();
  RunUntilAllAreAnswered();
  EXPECT_EQ(CountNotes(), count);
  // The first group may have begun before all had gathered.
  EXPECT_LE(database_->commits() - before, 2U);
}

TEST_F(SqliteDatabaseTest, AnsweredWritesSurviveAKillOfTheProcess) {
  for (const auto durability : {Durability::kRelaxed, Durability::kDurable}) {
    int answered[2];
    ASSERT_EQ(pipe(answered), 0);
    const pid_t child = fork();
    if (child == 0) {
      Open();
      const auto written = Write(InsertNote(static_cast<int>(durability)), durability);
      const char byte = written ? 'y' : 'n';
      if (write(answered[1], &byte, 1) != 1) _exit(1);
      for (;;) pause();
    }
    close(answered[1]);
    char byte = 0;
    EXPECT_EQ(read(answered[0], &byte, 1), 1);
    close(answered[0]);
    kill(child, SIGKILL);
    waitpid(child, nullptr, 0);
    EXPECT_EQ(byte, 'y');
  }
  Open();
  EXPECT_EQ(CountNotes(), 2);
}

TEST_F(SqliteDatabaseTest, ItsLogIsEmptiedSoonAfterTheLastWrite) {
  flush_lag_ = std::chrono::milliseconds(1);
  Open();
  ASSERT_TRUE(Write(InsertNote(1), Durability::kRelaxed));
  const auto log = path_.string() + "-wal";
  const auto deadline = std::chrono::steady_clock::now() + std::chrono::seconds(10);
  while (std::filesystem::file_size(log) > 0 && std::chrono::steady_clock::now() < deadline) {
    std::this_thread::yield();
  }
  EXPECT_EQ(std::filesystem::file_size(log), 0U);
  EXPECT_EQ(CountNotes(), 1);
}

TEST_F(SqliteDatabaseTest, DeletedBytesAreGoneFromItsFiles) {
  const std::string key = "the wrapped key of a person who wants to be forgotten";
  std::string pages_of_it;
  while (pages_of_it.size() < 40'000) pages_of_it += key;
  Open();
  ASSERT_TRUE(Write(InsertNote(1, key)));
  ASSERT_TRUE(Write(InsertNote(2, pages_of_it)));
  ASSERT_NE((ReadFile(path_) + ReadFile(path_.string() + "-wal")).find(key), std::string::npos);
  ASSERT_TRUE(Write(
      {{"UPDATE notes SET body = NULL WHERE id = 1", {}}, {"DELETE FROM notes WHERE id = 2", {}}}));
  database_->Close();
  for (const auto& entry : std::filesystem::directory_iterator(folder_.path())) {
    EXPECT_EQ(ReadFile(entry.path()).find(key), std::string::npos) << entry.path();
  }
}

TEST_F(SqliteDatabaseTest, ItsFilesAreForTheirOwnerAlone) {
  path_ = folder_ / "new" / "test.db";
  Open();
  ASSERT_TRUE(Write(InsertNote(1)));
  struct stat status {};
  for (const char* suffix : {"", "-wal", "-shm"}) {
    ASSERT_EQ(stat((path_.string() + suffix).c_str(), &status), 0) << suffix;
    EXPECT_EQ(status.st_mode & 0777U, 0600U) << suffix;
  }
  ASSERT_EQ(stat(path_.parent_path().c_str(), &status), 0);
  EXPECT_EQ(status.st_mode & 0777U, 0700U);
}

TEST_F(SqliteDatabaseTest, APathThatSqliteWouldReadAsSomethingElseIsAPath) {
  const auto before = std::filesystem::current_path();
  std::filesystem::current_path(folder_.path());
  path_ = "file:test.db?mode=memory";
  Open();
  database_.reset();
  std::filesystem::current_path(before);
  EXPECT_TRUE(std::filesystem::exists(folder_ / "file:test.db?mode=memory"));
}

// Migrations.

TEST_F(SqliteDatabaseTest, KeepsACheckedCopyOfWhatItWasBeforeAMigration) {
  Open();
  ASSERT_TRUE(Write(InsertNote(1)));
  EXPECT_TRUE(database_->migration_backup().empty()) << "a new file needs no copy";
  database_.reset();
  const Migration later{2, "0002_later", "CREATE TABLE later(id TEXT)"};
  auto migrated = TryOpen({kNotes, later});
  ASSERT_TRUE(migrated) << migrated.error().message;
  const auto copy = (*migrated)->migration_backup();
  EXPECT_EQ(copy, path_.string() + ".before-0002_later");
  migrated->reset();
  EXPECT_FALSE(TryOpen()) << "the file should be of the newer program now";
  path_ = copy;
  Open();
  EXPECT_EQ(CountNotes(), 1);
}

TEST_F(SqliteDatabaseTest, LeavesTheOldStateAndItsCopyWhereAMigrationFails) {
  Open();
  ASSERT_TRUE(Write(InsertNote(1)));
  database_.reset();
  const Migration broken{2, "0002_broken", "DELETE FROM notes; INSERT INTO nowhere VALUES(1)"};
  for (int attempt = 1; attempt <= 2; ++attempt) {
    const auto refused = TryOpen({kNotes, broken});
    ASSERT_FALSE(refused);
    EXPECT_NE(refused.error().message.find("0002_broken"), std::string::npos);
  }
  EXPECT_TRUE(std::filesystem::exists(path_.string() + ".before-0002_broken"));
  EXPECT_TRUE(std::filesystem::exists(path_.string() + ".before-0002_broken.2"));
  Open();
  EXPECT_EQ(CountNotes(), 1);
}

TEST_F(SqliteDatabaseTest, DoesNotMigrateWhereTheCopyDoesNotFitOnTheDisk) {
  Open();
  ASSERT_TRUE(Write(InsertNote(1, std::string(300'000, 'x'))));
  database_.reset();
  const Migration later{2, "0002_later", "CREATE TABLE later(id TEXT)"};
  std::optional<FullDisk> full_disk(std::in_place);
  const auto refused = TryOpen({kNotes, later});
  full_disk.reset();
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, ErrorCode::kUnavailable);
  Open();
  EXPECT_EQ(CountNotes(), 1);
}

// Backups.

TEST_F(SqliteDatabaseTest, ABackupDoesNotReplaceAFile) {
  Open();
  std::ofstream(folder_ / "copy.db") << "precious";
  const auto copied = RunTask(loop_, database_->Backup(folder_ / "copy.db"));
  ASSERT_FALSE(copied);
  EXPECT_EQ(copied.error().code, ErrorCode::kConflict);
  EXPECT_EQ(ReadFile(folder_ / "copy.db"), "precious");
}

TEST_F(SqliteDatabaseTest, ABackupThatFailsLeavesNothingBehind) {
  Open();
  const auto copied = RunTask(loop_, database_->Backup(folder_ / "nowhere" / "copy.db"));
  ASSERT_FALSE(copied);
  EXPECT_EQ(copied.error().code, ErrorCode::kUnavailable);
  EXPECT_TRUE(RunTask(loop_, database_->Backup(folder_ / "copy.db"))) << "the next one should work";
}

TEST_F(SqliteDatabaseTest, ABackupThatDoesNotFitOnTheDiskIsNoBackup) {
  Open();
  ASSERT_TRUE(Write(InsertNote(1, std::string(300'000, 'x'))));
  std::optional<FullDisk> full_disk(std::in_place);
  const auto copied = RunTask(loop_, database_->Backup(folder_ / "copy.db"));
  full_disk.reset();
  ASSERT_FALSE(copied);
  EXPECT_EQ(copied.error().code, ErrorCode::kUnavailable);
  for (const auto& entry : std::filesystem::directory_iterator(folder_.path())) {
    EXPECT_EQ(entry.path().filename().string().find("copy"), std::string::npos) << entry.path();
  }
}

TEST_F(SqliteDatabaseTest, ABackupMadeWhileItIsWrittenIsWholeAndOfOneMoment) {
  Open();
  for (int id = 0; id < 200; ++id) Begin(InsertNote(id, std::string(10'000, 'x')));
  RunUntilAllAreAnswered();
  std::optional<Status> copied;
  auto task = BackUpInto(*database_, folder_ / "copy.db", copied);
  asio::co_spawn(loop_, std::move(task), asio::detached);
  // Each batch writes to two tables: a copy of one moment has as many rows in both.
  std::int64_t id = 1000;
  while (!copied && id < 100'000) {
    auto batch = InsertNote(id);
    batch.push_back({"INSERT INTO lines VALUES($1)", {id}});
    ASSERT_TRUE(Write(std::move(batch), Durability::kRelaxed));
    ++id;
  }
  ASSERT_TRUE(copied.has_value());
  ASSERT_TRUE(*copied) << copied->error().message;
  EXPECT_EQ(CountNotes(), 200 + id - 1000);
  database_.reset();
  path_ = folder_ / "copy.db";
  Open();
  const auto lines = RunTask(loop_, database_->Query({"SELECT count(*) FROM lines", {}}));
  EXPECT_EQ(CountNotes(), 200 + lines->front().Integer(0));
}

TEST_F(SqliteDatabaseTest, ClosingEndsABackupThatRuns) {
  Open();
  for (int id = 0; id < 200; ++id) Begin(InsertNote(id, std::string(10'000, 'x')));
  RunUntilAllAreAnswered();
  std::optional<Status> copied;
  auto task = BackUpInto(*database_, folder_ / "copy.db", copied);
  asio::co_spawn(loop_, std::move(task), asio::detached);
  loop_.restart();
  loop_.poll();
  database_.reset();
  RunUntilAllAreAnswered();
  ASSERT_TRUE(copied.has_value());
  EXPECT_EQ(std::filesystem::exists(folder_ / "copy.db"), copied->has_value());
}

}  // namespace
}  // namespace nat
