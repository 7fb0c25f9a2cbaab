// Files that events are appended to and logs that are flushed, on the caller's thread or on one of
// their own.
#pragma once

#include <boost/asio/any_io_executor.hpp>
#include <filesystem>
#include <functional>
#include <memory>
#include <string>
#include <thread>

#include "base/async.h"
#include "base/error.h"
#include "db/ticket.h"
#include "db/work_queue.h"

namespace nat {

// Ends the program when the system does: a bench has nobody to tell.
class OpenFile {
 public:
  OpenFile(const std::filesystem::path& path, int flags);
  ~OpenFile();
  OpenFile(const OpenFile&) = delete;
  OpenFile& operator=(const OpenFile&) = delete;

  void Write(const std::string& bytes);
  void Flush();

 private:
  int descriptor_;
};

// Does what it is told for a group at a time, and answers the group at once, as the database's
// writer does.
class GroupThread {
 public:
  using Work = std::function<void(const std::string& bytes)>;

  // `work` runs on the thread; it gets all bytes of a group together.
  GroupThread(asio::any_io_executor executor, Work work);
  ~GroupThread();

  Task<Status> Do(std::string bytes);

 private:
  struct Job {
    std::string bytes;
    std::shared_ptr<Ticket<Unit>> ticket;  // shared with the task that waits
  };

  void Run();

  asio::any_io_executor executor_;
  Work work_;
  WorkQueue<Job> queue_;
  std::thread thread_;
};

}  // namespace nat
