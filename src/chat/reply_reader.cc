#include "chat/reply_reader.h"

#include <utility>

#include "base/limits.h"
#include "chat/reply_events.h"

namespace nat {

ReplyReader::ReplyReader(Clock& clock, Metrics& metrics, SharedTurn turn, std::uint64_t after)
    : clock_(clock), metrics_(metrics), running_(std::move(turn)), after_(after) {
  metrics_.readers().Increment();
}

ReplyReader::ReplyReader(Clock& clock, Metrics& metrics, Turn stored, std::uint64_t after)
    : clock_(clock), metrics_(metrics), stored_(std::move(stored)), after_(after) {
  metrics_.readers().Increment();
}

ReplyReader::~ReplyReader() {
  metrics_.readers().Decrement();
}

Task<ReplyReader::Read> ReplyReader::Next() {
  if (!running_) co_return TakeFromStore();
  const auto quiet_since = clock_.SteadyNow();
  // The log wakes its readers from time to time even when nothing happens (TurnTable::Tick).
  while (running_->log.last_number() <= after_ && !running_->log.is_closed()) {
    if (clock_.SteadyNow() - quiet_since >= limits::kHeartbeat * 2 / 3) co_return Read();
    co_await running_->log.WaitForChange();
  }
  co_return TakeFromLog();
}

ReplyReader::Read ReplyReader::TakeFromLog() {
  Read read;
  const ReplyLog& log = running_->log;
  std::size_t bytes = 0;
  while (after_ < log.last_number() && bytes < limits::kReadEventsBytesMax) {
    read.events.push_back(log.At(++after_));
    bytes += read.events.back().payload.size();
  }
  read.is_end = log.is_closed() && after_ >= log.last_number();
  return read;
}

// The numbers stand: `done` has the number it had, and the snapshot that of the event before it.
ReplyReader::Read ReplyReader::TakeFromStore() {
  Read read;
  read.is_end = true;
  const auto done = stored_.last_event;
  if (after_ < 1 && done > 1) {
    read.events.push_back(ReplyEvent{1, std::string(kTurnEvent), TurnEventJson(stored_)});
  }
  if (after_ + 1 < done && !stored_.text.empty() && done > 2) {
    read.events.push_back(
        ReplyEvent{done - 1, std::string(kSnapshotEvent), TextEventJson(stored_.text)});
  }
  if (after_ < done) {
    read.events.push_back(ReplyEvent{done, std::string(kDoneEvent), DoneEventJson(stored_)});
  }
  after_ = done;
  return read;
}

}  // namespace nat
