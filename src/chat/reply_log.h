// The numbered events of one reply, 1, 2, 3 ...: one producer appends, any number of readers
// follow, each at its own pace and from any number. A reader that leaves changes nothing; only the
// producer closes the log.
//
// Events stay until the log is dropped; a reply is bounded (limits::kReplyBytesMax), so its log is.
#pragma once

#include <cstdint>
#include <deque>
#include <string>

#include "base/async.h"
#include "chat/model.h"

namespace nat {

class ReplyLog {
 public:
  explicit ReplyLog(asio::any_io_executor executor) : changed_(executor) {}

  // The number that the next event will have.
  std::uint64_t next_number() const { return events_.size() + 1; }
  std::uint64_t last_number() const { return events_.size(); }
  bool is_closed() const { return is_closed_; }
  // What its events hold in memory, about.
  std::size_t size_bytes() const { return size_bytes_; }

  void Append(std::string name, std::string payload);
  // No event follows; readers that have all of them end.
  void Close();

  // The event of that number, which is between 1 and last_number(). Valid until the next co_await.
  const ReplyEvent& At(std::uint64_t number) const { return events_[number - 1]; }

  // Returns at the next Append, Close or Wake.
  Task<void> WaitForChange() { return changed_.Wait(); }
  // Lets waiting readers look at the clock, so that one ticker serves the heartbeats of all.
  void Wake() { changed_.NotifyAll(); }

 private:
  std::deque<ReplyEvent> events_;
  std::size_t size_bytes_ = 0;
  bool is_closed_ = false;
  Signal changed_;
};

}  // namespace nat
