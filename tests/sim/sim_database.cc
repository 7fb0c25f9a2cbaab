#include "tests/sim/sim_database.h"

#include <algorithm>
#include <boost/asio/detached.hpp>
#include <utility>

namespace nat {

SimDatabase::SimDatabase(asio::any_io_executor executor, ManualClock& clock, Dice& dice,
                         SimDisk& disk, const DiskMood& mood, Tally& tally)
    : executor_(std::move(executor)),
      clock_(clock),
      dice_(dice),
      disk_(disk),
      mood_(mood),
      tally_(tally) {}

Task<Result<Rows>> SimDatabase::Query(Statement statement) {
  Reading reading;
  reading.statement = std::move(statement);
  reading.ticket = std::make_shared<Ticket<Rows>>(executor_);
  auto ticket = reading.ticket;
  asio::co_spawn(executor_, Look(std::move(reading)), asio::detached);
  co_return co_await WaitFor(std::move(ticket));
}

Task<void> SimDatabase::Look(Reading reading) {
  const auto answered_at = clock_.SteadyNow() + Delay();
  // What it sees is what is there at some moment before its answer.
  co_await clock_.SleepUntil(clock_.SteadyNow() + dice_.UpTo(answered_at - clock_.SteadyNow()));
  Result<Rows> rows = Error(ErrorCode::kUnavailable, "a seeded fault of a query");
  const auto& failing = mood_.failing_query;
  const bool is_named =
      !failing.empty() && reading.statement.sql.find(failing) != std::string::npos;
  if (is_named || dice_.Percent(mood_.query_fails)) {
    ++tally_.queries_failed;
  } else {
    rows = disk_.Read(reading.statement);
  }
  co_await clock_.SleepUntil(answered_at);
  reading.ticket->Answer(std::move(rows));
}

Task<Result<std::vector<Rows>>> SimDatabase::Write(std::vector<Statement> batch,
                                                   Durability durability) {
  Writing writing;
  writing.batch = std::move(batch);
  writing.durability = durability;
  // Behind everything that was asked before, at a moment of its own.
  writing.at = std::max(clock_.SteadyNow() + Delay(), last_write_at_ + std::chrono::nanoseconds(1));
  writing.ticket = std::make_shared<Ticket<std::vector<Rows>>>(executor_);
  last_write_at_ = writing.at;
  auto ticket = writing.ticket;
  asio::co_spawn(executor_, Perform(std::move(writing)), asio::detached);
  co_return co_await WaitFor(std::move(ticket));
}

Task<void> SimDatabase::Perform(Writing writing) {
  co_await clock_.SleepUntil(writing.at);
  Result<std::vector<Rows>> answer = Error(ErrorCode::kUnavailable, "a seeded fault of a write");
  if (mood_.is_full) {
    ++tally_.writes_on_a_full_disk;
  } else if (dice_.Percent(mood_.write_fails)) {
    ++tally_.writes_failed;
  } else {
    answer = disk_.Commit(writing.batch, writing.durability, clock_.SteadyNow());
  }
  const auto commit = answer ? disk_.commits() : 0;
  // One thread writes, so answers come in the order of the writes.
  last_answer_at_ =
      std::max(clock_.SteadyNow() + Delay(), last_answer_at_ + std::chrono::nanoseconds(1));
  co_await clock_.SleepUntil(last_answer_at_);
  disk_.NoteAnswered(commit);
  writing.ticket->Answer(std::move(answer));
}

std::chrono::nanoseconds SimDatabase::Delay() {
  if (!dice_.Percent(mood_.is_slow)) return dice_.UpTo(mood_.answer_time);
  ++tally_.answers_delayed;
  return dice_.UpTo(mood_.slow_time);
}

}  // namespace nat
