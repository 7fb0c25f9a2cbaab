// The database of one life of the service: what is asked of it happens on the SimDisk, one thing
// after the other on the one thread, at seeded moments of the manual clock. What it promises is
// what Database promises; what goes wrong is drawn.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "db/database.h"
#include "db/ticket.h"
#include "tests/sim/sim_disk.h"
#include "tests/sim/tally.h"
#include "tests/support/dice.h"
#include "tests/support/manual_clock.h"

namespace nat {

using testing::Dice;

// How the disk behaves, from now until it is changed. Chances are in percent.
struct DiskMood {
  std::chrono::nanoseconds answer_time = std::chrono::milliseconds(2);  // at most, usually
  std::size_t is_slow = 0;                                              // takes up to slow_time
  std::chrono::nanoseconds slow_time = std::chrono::seconds(3);
  std::size_t write_fails = 0;  // nothing is done, and the answer is kUnavailable
  std::size_t query_fails = 0;
  bool is_full = false;       // every write fails
  std::string failing_query;  // those that hold this text fail, all of them; none if it is empty

  bool is_well() const { return write_fails == 0 && query_fails == 0 && !is_full; }
};

class SimDatabase final : public Database {
 public:
  // All of it outlives the database. `mood` is read whenever something is asked.
  SimDatabase(asio::any_io_executor executor, ManualClock& clock, Dice& dice, SimDisk& disk,
              const DiskMood& mood, Tally& tally);

  Task<Result<Rows>> Query(Statement statement) override;
  // A batch is written also when the task that waits for it is cancelled.
  Task<Result<std::vector<Rows>>> Write(std::vector<Statement> batch,
                                        Durability durability) override;

 private:
  struct Writing {
    std::vector<Statement> batch;
    Durability durability;
    SteadyTime at;
    std::shared_ptr<Ticket<std::vector<Rows>>> ticket;  // shared with the task that waits
  };
  struct Reading {
    Statement statement;
    std::shared_ptr<Ticket<Rows>> ticket;  // shared with the task that waits
  };

  Task<void> Perform(Writing writing);
  Task<void> Look(Reading reading);
  std::chrono::nanoseconds Delay();

  asio::any_io_executor executor_;
  ManualClock& clock_;
  Dice& dice_;
  SimDisk& disk_;
  const DiskMood& mood_;
  Tally& tally_;
  SteadyTime last_write_at_;
  SteadyTime last_answer_at_;
};

}  // namespace nat
