// Follows one reply from any number on: from its log while that is in memory, else from the store,
// which gives the whole text as one `snapshot`. Leaving changes nothing for the reply.
//
//   for (;;) {
//     auto read = co_await reader->Next();
//     if (read.events.empty() && read.is_end) break;   // nothing more will come
//     if (read.events.empty()) ...                      // quiet for a while: send a heartbeat
//   }
#pragma once

#include <cstdint>
#include <memory>
#include <vector>

#include "base/clock.h"
#include "base/metrics.h"
#include "chat/running_turn.h"

namespace nat {

class ReplyReader {
 public:
  struct Read {
    // In order, without a gap: what has arrived, within limits::kReadEventsBytesMax.
    std::vector<ReplyEvent> events;
    bool is_end = false;  // nothing follows these
  };

  // Of a turn in memory; `after` is the number of the last event the reader has, 0 for none.
  ReplyReader(Clock& clock, Metrics& metrics, SharedTurn turn, std::uint64_t after);
  // Of a turn that only the store knows, and which has ended.
  ReplyReader(Clock& clock, Metrics& metrics, Turn stored, std::uint64_t after);
  ~ReplyReader();
  ReplyReader(const ReplyReader&) = delete;
  ReplyReader& operator=(const ReplyReader&) = delete;

  // Waits for events, at most limits::kHeartbeat.
  Task<Read> Next();

 private:
  Read TakeFromLog();
  Read TakeFromStore();

  Clock& clock_;
  Metrics& metrics_;    // counts those who read
  SharedTurn running_;  // null where the store answers
  Turn stored_;
  std::uint64_t after_;
};

}  // namespace nat
