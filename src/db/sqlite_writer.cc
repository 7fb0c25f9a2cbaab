#include "db/sqlite_writer.h"

#include <algorithm>
#include <boost/asio/post.hpp>
#include <utility>

#include "base/limits.h"

namespace nat {

SqliteWriter::SqliteWriter(std::unique_ptr<SqliteConnection> connection,
                           asio::any_io_executor executor, Options options)
    : connection_(std::move(connection)),
      executor_(std::move(executor)),
      options_(std::move(options)),
      queue_(options_.queue_max),
      thread_([this] { Run(); }) {}

SqliteWriter::~SqliteWriter() {
  Close();
}

void SqliteWriter::Close() {
  queue_.Close();
  if (thread_.joinable()) thread_.join();
}

void SqliteWriter::Run() {
  for (;;) {
    auto jobs = queue_.Take(limits::kGroupCommitMax, log_is_due_at_);
    if (jobs.empty() && queue_.is_closed()) break;
    if (!jobs.empty()) WriteGroup(std::move(jobs));
    TidyLog();
  }
  Report(connection_->RunCheckpoint(SqliteConnection::Checkpoint::kTruncate));
}

void SqliteWriter::WriteGroup(std::vector<Job> jobs) {
  std::vector<Answer> answers;
  const auto committed = CommitGroup(jobs, answers);
  if (!committed) {
    connection_->RollBack();
    answers.assign(jobs.size(), committed.error());
  }
  // One wake-up of the loop for the whole group. The tickets end there too: they belong to the
  // loop.
  asio::post(executor_, [jobs = std::move(jobs), answers = std::move(answers)]() mutable {
    for (std::size_t at = 0; at < jobs.size(); ++at) {
      jobs[at].ticket->Answer(std::move(answers[at]));
    }
  });
}

// An error means that nothing of the group was committed.
Status SqliteWriter::CommitGroup(const std::vector<Job>& jobs, std::vector<Answer>& answers) {
  static const Statement kBegin{"BEGIN IMMEDIATE", {}};
  static const Statement kCommit{"COMMIT", {}};
  const bool is_durable = std::any_of(jobs.begin(), jobs.end(), [](const Job& job) {
    return job.durability == Durability::kDurable;
  });
  const auto durability = is_durable ? Durability::kDurable : Durability::kRelaxed;
  auto set = connection_->SetSynchronous(is_durable ? SqliteConnection::Synchronous::kFull
                                                    : SqliteConnection::Synchronous::kNormal);
  if (!set) return set;
  auto begun = connection_->Run(kBegin);
  if (!begun) return begun.error();
  for (const auto& job : jobs) {
    answers.push_back(RunBatch(job.batch));
    if (connection_->is_in_transaction()) continue;
    // SQLite gives up the whole transaction when the disk or the memory fails in the middle of it.
    if (!answers.back()) return answers.back().error();
    return Error(ErrorCode::kInternal, "a batch ended the transaction that it was part of");
  }
  const auto log_commits_before = connection_->log_commits();
  auto committed = connection_->Run(kCommit);
  if (!committed) return committed.error();
  ++commits_;
  return NoteCommit(durability, log_commits_before);
}

// All of the batch, or nothing of it.
SqliteWriter::Answer SqliteWriter::RunBatch(const std::vector<Statement>& batch) {
  static const Statement kSave{"SAVEPOINT batch", {}};
  static const Statement kUndo{"ROLLBACK TO batch", {}};
  static const Statement kRelease{"RELEASE batch", {}};
  auto saved = connection_->Run(kSave);
  if (!saved) return saved.error();
  auto answer = RunStatements(batch);
  if (!connection_->is_in_transaction()) return answer;
  auto ended = answer ? connection_->Run(kRelease) : connection_->Run(kUndo);
  if (ended && !answer) ended = connection_->Run(kRelease);
  if (ended) return answer;
  connection_->RollBack();
  return ended.error();
}

SqliteWriter::Answer SqliteWriter::RunStatements(const std::vector<Statement>& batch) {
  std::vector<Rows> answers;
  answers.reserve(batch.size());
  for (const auto& statement : batch) {
    auto rows = connection_->Run(statement);
    if (!rows) return rows.error();
    answers.push_back(std::move(*rows));
  }
  // What a deferred foreign key allows until the commit would make the commit fail for the others
  // too.
  if (connection_->has_broken_references()) {
    return Error(ErrorCode::kConflict, "a batch leaves rows that refer to nothing");
  }
  return answers;
}

// After a commit: notes what the disk may not have yet. A durable group that changed nothing still
// promises that what it found is on the disk.
Status SqliteWriter::NoteCommit(Durability durability, std::uint64_t log_commits_before) {
  const bool has_written = connection_->log_commits() != log_commits_before;
  if (has_written) {
    is_flushed_ = durability == Durability::kDurable;
    if (!log_is_due_at_) {
      log_is_due_at_ = std::chrono::steady_clock::now() + options_.flush_lag;
    }
  }
  if (durability == Durability::kRelaxed || is_flushed_) return Ok();
  auto flushed = connection_->SyncLog();
  is_flushed_ = flushed.has_value();
  return flushed;
}

void SqliteWriter::TidyLog() {
  using Checkpoint = SqliteConnection::Checkpoint;
  if (connection_->log_pages() >= limits::kDatabaseLogPagesMax) {
    Report(connection_->RunCheckpoint(Checkpoint::kPassive));
  }
  const auto now = std::chrono::steady_clock::now();
  if (!log_is_due_at_ || now < *log_is_due_at_) return;
  // An empty log keeps nothing of what was deleted (an erased person's key), and makes the next
  // start quick.
  if (queue_.is_empty()) Report(connection_->RunCheckpoint(Checkpoint::kTruncate));
  if (connection_->log_pages() == 0) is_flushed_ = true;
  if (!is_flushed_) {
    const auto flushed = connection_->SyncLog();
    is_flushed_ = flushed.has_value();
    Report(flushed);
  }
  log_is_due_at_.reset();
  if (!is_flushed_ || connection_->log_pages() > 0) log_is_due_at_ = now + options_.flush_lag;
}

// Tells when background work begins to fail, and not again until it has worked.
void SqliteWriter::Report(const Status& status) {
  const bool is_known = std::exchange(has_reported_, !status.has_value());
  if (status || is_known) return;
  asio::post(executor_,
             [tell = options_.on_fault, message = status.error().message] { tell(message); });
}

}  // namespace nat
