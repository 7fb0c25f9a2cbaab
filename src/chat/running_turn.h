// A turn while its reply is being made. It belongs to the service, never to a connection.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <utility>

#include "chat/key_ring.h"
#include "chat/model.h"
#include "chat/reply_log.h"

namespace nat {

struct RunningTurn {
  RunningTurn(asio::any_io_executor executor, Turn new_turn, SharedPersonKey new_key)
      : turn(std::move(new_turn)), key(std::move(new_key)), log(std::move(executor)) {}

  Turn turn;  // its text, source and status grow as the reply does
  SharedPersonKey key;
  ReplyLog log;
  MessageId history_leaf;  // the last message before the person's words; empty where there is none
  std::string words;       // what the person said; empty for a continuation
  bool is_source_stored = false;  // who answers is recorded with the first event that follows
  bool is_continuation = false;   // carries on from the reply at history_leaf
  Pace pace = Pace::kHuman;
  SteadyTime accepted_at;
  // What the limit of a whole reply counts from; nothing while it waits for those before it.
  std::optional<SteadyTime> begun_at;
  SteadyTime finished_at;
  bool is_end_stored = false;  // once it has ended; false where the disk did not take it
  // The turn whose reply comes before: this one waits for it. Null once that has ended, unless this
  // one ended first.
  std::shared_ptr<RunningTurn> previous;
  std::function<void()> cancel;  // ends what the runner waits for
  // Why the reply ends before the model is done: kCancelled when the person stopped it, kTimeout,
  // kUnavailable at a shutdown.
  std::optional<ErrorCode> ended_early;

  // As its readers have seen it: it runs until they are told of its end.
  Turn AsSeen() const {
    auto seen = turn;
    seen.last_event = log.last_number();
    if (!log.is_closed()) seen.status = TurnStatus::kRunning;
    return seen;
  }
  bool is_ending() const { return ended_early.has_value(); }
  void EndEarly(ErrorCode reason) {
    if (is_ending() || log.is_closed()) return;
    ended_early = reason;
    if (cancel) cancel();
  }
};

// Owned by the service's map, by its runner and by each reader.
using SharedTurn = std::shared_ptr<RunningTurn>;

}  // namespace nat
