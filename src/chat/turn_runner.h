// Makes one reply, from the person's words to `done`. Run reads like the list in ARCHITECTURE.md,
// "Life of a message".
#pragma once

#include <memory>
#include <string>

#include "base/log.h"
#include "base/metrics.h"
#include "chat/context.h"
#include "chat/conversation_store.h"
#include "chat/pipeline.h"
#include "chat/running_turn.h"
#include "chat/turn_store.h"
#include "db/database.h"
#include "llm/gateway.h"

namespace nat {

class TurnRunner {
 public:
  struct Parts {
    Clock& clock;
    Log& log;
    Metrics& metrics;
    Database& database;
    ConversationStore& conversations;
    Gateway& gateway;
    const Stages& input_stages;
    const Stages& output_stages;
    std::string persona;
  };
  explicit TurnRunner(Parts parts) : parts_(std::move(parts)) {}

  // Ends the turn in exactly one final status, durably, and only then appends `done` and closes the
  // log. Where the store does not take the end, it is interrupted, and its is_end_stored false.
  Task<void> Run(SharedTurn turn);
  // Tries once more to store the end of a turn that has been announced.
  Task<bool> TryToStoreEnd(SharedTurn turn);
  // Ends for its readers a turn whose Run was broken off by a fault of ours.
  void Abandon(RunningTurn& turn, const std::string& fault);

 private:
  struct Ending {
    TurnStatus status = TurnStatus::kCompleted;
    std::string problem;
  };

  Task<void> WaitForPrevious(SharedTurn turn) const;
  Task<Ending> Answer(SharedTurn turn);
  Task<Ending> AskModel(SharedTurn turn, std::string words);
  Task<Result<ChatRequest>> MakeRequest(SharedTurn turn, std::string words);
  Task<void> ShowPlace(SharedTurn turn, std::size_t place);
  Task<Result<OpenedStream>> OpenStream(SharedTurn turn, Walk& walk);
  // Nothing where the stream failed before anything of it was shown, so that the walk can go on.
  Task<std::optional<Ending>> Relay(SharedTurn turn, Walk& walk, ReplyStream& tokens);
  Task<Result<std::optional<std::string>>> NextToken(SharedTurn turn, SteadyTime due,
                                                     ReplyStream& tokens);
  bool IsLate(const RunningTurn& turn, SteadyTime due) const;
  Task<Status> ShowSegments(SharedTurn turn, std::vector<std::string> segments);
  Task<Status> ShowText(SharedTurn turn, std::string text);
  Task<Status> Show(SharedTurn turn, std::string name, std::string json);
  Task<void> Finish(SharedTurn turn, Ending ending);
  void Announce(RunningTurn& turn) const;
  Task<bool> StoreEnd(SharedTurn turn);
  Ending EndingFor(const RunningTurn& turn, const Error& error) const;

  Parts parts_;
};

}  // namespace nat
