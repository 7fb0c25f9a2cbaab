#include "db/sqlite_readers.h"

#include <boost/asio/post.hpp>
#include <utility>

namespace nat {

SqliteReaders::SqliteReaders(std::vector<std::unique_ptr<SqliteConnection>> connections,
                             asio::any_io_executor executor, std::size_t queue_max)
    : connections_(std::move(connections)), executor_(std::move(executor)), queue_(queue_max) {
  for (const auto& connection : connections_) {
    connection->StopWhen(is_closing_);
    threads_.emplace_back([this, &connection = *connection] { Run(connection); });
  }
}

SqliteReaders::~SqliteReaders() {
  Close();
}

void SqliteReaders::Close() {
  is_closing_ = true;
  queue_.Close();
  for (auto& thread : threads_) thread.join();
  threads_.clear();
}

void SqliteReaders::Run(SqliteConnection& connection) {
  for (;;) {
    auto jobs = queue_.Take(1);
    if (jobs.empty()) return;
    auto& job = jobs.front();
    auto rows = is_closing_
                    ? Result<Rows>(Error(ErrorCode::kUnavailable, "the database is closing"))
                    : connection.RunReadOnly(job.statement);
    // The ticket ends on the loop too: it belongs to the loop.
    asio::post(executor_, [ticket = std::move(job.ticket), rows = std::move(rows)]() mutable {
      ticket->Answer(std::move(rows));
    });
  }
}

}  // namespace nat
