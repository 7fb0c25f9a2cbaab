// The threads that answer queries, each with a connection of its own, from one queue. A query sees
// every commit made before it begins.
#pragma once

#include <atomic>
#include <boost/asio/any_io_executor.hpp>
#include <memory>
#include <thread>
#include <vector>

#include "db/database.h"
#include "db/sqlite_connection.h"
#include "db/ticket.h"
#include "db/work_queue.h"

namespace nat {

class SqliteReaders {
 public:
  struct Job {
    Statement statement;
    std::shared_ptr<Ticket<Rows>> ticket;  // shared with the task that waits
  };
  using Queue = WorkQueue<Job>;

  // Answers come on `executor`.
  SqliteReaders(std::vector<std::unique_ptr<SqliteConnection>> connections,
                asio::any_io_executor executor, std::size_t queue_max);
  ~SqliteReaders();
  SqliteReaders(const SqliteReaders&) = delete;
  SqliteReaders& operator=(const SqliteReaders&) = delete;

  // The job is moved from only where it was taken in.
  Queue::Pushed Push(Job& job) { return queue_.Push(job); }

  // Ends the threads. What runs and what waits is answered kUnavailable. Blocks for some
  // milliseconds.
  void Close();

 private:
  void Run(SqliteConnection& connection);

  std::vector<std::unique_ptr<SqliteConnection>> connections_;
  asio::any_io_executor executor_;
  Queue queue_;
  std::atomic<bool> is_closing_ = false;
  std::vector<std::thread> threads_;  // last: they use all of the above
};

}  // namespace nat
