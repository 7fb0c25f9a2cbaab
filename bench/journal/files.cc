#include "bench/journal/files.h"

#include <fcntl.h>
#include <unistd.h>

#include <boost/asio/post.hpp>
#include <utility>
#include <vector>

#include "base/limits.h"

namespace nat {

OpenFile::OpenFile(const std::filesystem::path& path, int flags)
    : descriptor_(::open(path.c_str(), flags | O_CLOEXEC, 0600)) {
  NAT_CHECK(descriptor_ >= 0);
}

OpenFile::~OpenFile() {
  ::close(descriptor_);
}

void OpenFile::Write(const std::string& bytes) {
  NAT_CHECK(::write(descriptor_, bytes.data(), bytes.size()) == static_cast<ssize_t>(bytes.size()));
}

void OpenFile::Flush() {
  NAT_CHECK(::fdatasync(descriptor_) == 0);
}

GroupThread::GroupThread(asio::any_io_executor executor, Work work)
    : executor_(std::move(executor)),
      work_(std::move(work)),
      queue_(limits::kDatabaseQueueMax),
      thread_([this] { Run(); }) {}

GroupThread::~GroupThread() {
  queue_.Close();
  thread_.join();
}

Task<Status> GroupThread::Do(std::string bytes) {
  auto ticket = std::make_shared<Ticket<Unit>>(executor_);
  Job job;
  job.bytes = std::move(bytes);
  job.ticket = ticket;
  NAT_CHECK(queue_.Push(job) == WorkQueue<Job>::Pushed::kYes);
  co_return co_await WaitFor(std::move(ticket));
}

void GroupThread::Run() {
  for (;;) {
    auto jobs = queue_.Take(limits::kGroupCommitMax);
    if (jobs.empty()) return;
    std::string together;
    for (const auto& job : jobs) together += job.bytes;
    work_(together);
    asio::post(executor_, [jobs = std::move(jobs)] {
      for (const auto& job : jobs) job.ticket->Answer(Unit());
    });
  }
}

}  // namespace nat
