// The bounded queue between the loop and the threads of a database. Any thread may call anything.
#pragma once

#include <chrono>
#include <condition_variable>
#include <cstddef>
#include <deque>
#include <mutex>
#include <optional>
#include <utility>
#include <vector>

namespace nat {

template <class Job>
class WorkQueue {
 public:
  explicit WorkQueue(std::size_t size_max) : size_max_(size_max) {}

  enum class Pushed { kYes, kIsFull, kIsClosed };
  // The job is moved from only where the answer is kYes.
  Pushed Push(Job& job) {
    const std::lock_guard lock(mutex_);
    if (is_closed_) return Pushed::kIsClosed;
    if (jobs_.size() >= size_max_) return Pushed::kIsFull;
    jobs_.push_back(std::move(job));
    changed_.notify_one();
    return Pushed::kYes;
  }

  // The oldest jobs, at most `count`, as soon as there is any. None when `until` has passed, or
  // when the queue is closed and empty.
  std::vector<Job> Take(std::size_t count,
                        std::optional<std::chrono::steady_clock::time_point> until = std::nullopt) {
    std::unique_lock lock(mutex_);
    const auto is_due = [this] { return !jobs_.empty() || is_closed_; };
    if (until) {
      changed_.wait_until(lock, *until, is_due);
    } else {
      changed_.wait(lock, is_due);
    }
    std::vector<Job> taken;
    for (; taken.size() < count && !jobs_.empty(); jobs_.pop_front()) {
      taken.push_back(std::move(jobs_.front()));
    }
    return taken;
  }

  // From now on nothing is taken in; what is in it can still be taken out.
  void Close() {
    const std::lock_guard lock(mutex_);
    is_closed_ = true;
    changed_.notify_all();
  }

  bool is_closed() const {
    const std::lock_guard lock(mutex_);
    return is_closed_;
  }
  bool is_empty() const {
    const std::lock_guard lock(mutex_);
    return jobs_.empty();
  }

 private:
  const std::size_t size_max_;
  mutable std::mutex mutex_;
  std::condition_variable changed_;
  std::deque<Job> jobs_;
  bool is_closed_ = false;
};

}  // namespace nat
