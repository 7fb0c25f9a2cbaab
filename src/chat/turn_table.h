// The turns in memory: those that are being stored, those that run, and for a bounded time those
// that have ended, so that their readers find the log. One coarse ticker serves all of them: it
// wakes waiting readers for their heartbeats, stops what runs too long, and lets go of what ended
// long ago.
#pragma once

#include <cstddef>
#include <deque>
#include <unordered_map>
#include <utility>
#include <vector>

#include "base/async.h"
#include "base/limits.h"
#include "chat/running_turn.h"

namespace nat {

// What becomes of a message that is sent while a reply of its conversation is still being made.
enum class SecondMessage {
  kWaits,      // it is stored at once and answered after that reply
  kIsRefused,  // with kTurnRunning, and nothing is stored
};

class TurnWatch;  // chat/turn_watch.h

class TurnTable {
 public:
  // `reply_timeout`: how long one reply may be made, from where those before it have ended.
  TurnTable(asio::any_io_executor executor, Clock& clock, SecondMessage second_message,
            std::chrono::nanoseconds reply_timeout = limits::kWholeReplyTimeout)
      : clock_(clock),
        second_message_(second_message),
        reply_timeout_(reply_timeout),
        stored_(std::move(executor)) {}

  // Who wants to run.
  struct Candidate {
    TurnId turn;
    ConversationId conversation;
    PersonId person;
  };
  // A place for one more running turn, kept while its message is stored. Given back when it is
  // dropped before Add took it. The table outlives it.
  class Place {
   public:
    Place(TurnTable& table, Candidate candidate);
    Place(Place&& other) noexcept
        : table_(std::exchange(other.table_, nullptr)), candidate_(other.candidate_) {}
    Place& operator=(Place&&) = delete;
    ~Place();

   private:
    friend class TurnTable;
    TurnTable* table_;
    Candidate candidate_;
  };
  // kUnavailable where too many turns run, kRateLimited where too many of this person do,
  // kTurnRunning where one of the conversation does and a second message is refused.
  Result<Place> Reserve(Candidate candidate);

  void Add(const SharedTurn& turn, Place place);
  // Returns once the turn is not being stored, or not any more: whoever finds it in the store then
  // finds it here too, or it does not run.
  Task<void> WaitUntilStored(TurnId turn);
  // Its log is closed; it is kept for its readers for limits::kReplyLogKept, as long as all that
  // are kept stay within their number and their bytes.
  void NoteEnd(const RunningTurn& turn);
  // Null where the turn is not in memory.
  SharedTurn Find(const TurnId& turn) const;
  // The newest running turn of the conversation; null where none runs.
  SharedTurn NewestOf(const ConversationId& conversation) const;
  // All of them, oldest first.
  std::vector<SharedTurn> RunningOf(const ConversationId& conversation) const;

  std::size_t running() const { return running_; }
  std::size_t running_of(const PersonId& person) const;
  // Runs until it is cancelled.
  Task<void> Tick();
  // Ends every running turn early, at a shutdown.
  void InterruptAll();

 private:
  friend class TurnWatch;

  void Look(SteadyTime now);
  void DropEnded(SteadyTime now);
  void GiveBack(const PersonId& person);
  bool IsBusy(const ConversationId& conversation) const;

  Clock& clock_;
  SecondMessage second_message_;
  std::chrono::nanoseconds reply_timeout_;
  std::unordered_map<TurnId, ConversationId> being_stored_;
  Signal stored_;
  std::unordered_map<TurnId, SharedTurn> turns_;
  std::deque<SharedTurn> ended_;  // of these, in the order of their ends
  std::size_t ended_bytes_ = 0;
  std::unordered_map<ConversationId, SharedTurn> newest_running_;
  std::size_t running_ = 0;
  std::unordered_map<PersonId, std::size_t> running_by_person_;
  std::unordered_multimap<ConversationId, TurnWatch*> watches_;
};

}  // namespace nat
