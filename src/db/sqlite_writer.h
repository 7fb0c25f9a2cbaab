// The thread that owns the writing connection. It takes whatever is queued, up to
// limits::kGroupCommitMax batches, into one transaction with a savepoint for each batch, commits,
// and answers. While it commits, the next group gathers: nobody waits for company.
#pragma once

#include <atomic>
#include <boost/asio/any_io_executor.hpp>
#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <thread>
#include <vector>

#include "base/clock.h"
#include "db/database.h"
#include "db/sqlite_connection.h"
#include "db/ticket.h"
#include "db/work_queue.h"

namespace nat {

class SqliteWriter {
 public:
  struct Job {
    std::vector<Statement> batch;
    Durability durability;
    std::shared_ptr<Ticket<std::vector<Rows>>> ticket;  // shared with the task that waits
  };
  using Queue = WorkQueue<Job>;
  struct Options {
    std::size_t queue_max;
    std::chrono::nanoseconds flush_lag;  // after which a relaxed write is on the disk
    std::function<void(const std::string&)> on_fault;
  };

  // Answers, and what background work has to report, come on `executor`.
  SqliteWriter(std::unique_ptr<SqliteConnection> connection, asio::any_io_executor executor,
               Options options);
  ~SqliteWriter();
  SqliteWriter(const SqliteWriter&) = delete;
  SqliteWriter& operator=(const SqliteWriter&) = delete;

  // The job is moved from only where it was taken in.
  Queue::Pushed Push(Job& job) { return queue_.Push(job); }

  // Takes nothing more in, writes and answers what is queued, empties the log and ends the thread.
  // Blocks.
  void Close();

  std::uint64_t commits() const { return commits_; }

 private:
  using Answer = Result<std::vector<Rows>>;

  void Run();
  void WriteGroup(std::vector<Job> jobs);
  Status CommitGroup(const std::vector<Job>& jobs, std::vector<Answer>& answers);
  Answer RunBatch(const std::vector<Statement>& batch);
  Answer RunStatements(const std::vector<Statement>& batch);
  Status NoteCommit(Durability durability, std::uint64_t log_commits_before);
  void TidyLog();
  void Report(const Status& status);

  std::unique_ptr<SqliteConnection> connection_;
  asio::any_io_executor executor_;
  Options options_;
  Queue queue_;
  std::atomic<std::uint64_t> commits_ = 0;

  // Of the thread alone.
  bool is_flushed_ = true;  // nothing relaxed is in the log that the disk may not have
  std::optional<SteadyTime>
      log_is_due_at_;          // when the log is to be flushed, and emptied if it is quiet
  bool has_reported_ = false;  // the present fault of background work was told

  std::thread thread_;  // last: it uses all of the above
};

}  // namespace nat
