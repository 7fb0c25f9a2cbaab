// The turns in memory: those that run, and for a bounded time those that have ended, so that their
// readers find the log. One coarse ticker serves all of them: it wakes waiting readers for their
// heartbeats, stops what runs too long, and lets go of what ended long ago.
#pragma once

#include <cstddef>
#include <unordered_map>
#include <utility>

#include "base/async.h"
#include "base/limits.h"
#include "chat/running_turn.h"

namespace nat {

class TurnTable {
 public:
  explicit TurnTable(Clock& clock) : clock_(clock) {}

  // A place for one more running turn, kept while its message is stored. Given back when it is
  // dropped before Add took it. The table outlives it.
  class Place {
   public:
    Place(TurnTable& table, PersonId person);
    Place(Place&& other) noexcept
        : table_(std::exchange(other.table_, nullptr)), person_(other.person_) {}
    Place& operator=(Place&&) = delete;
    ~Place();

   private:
    friend class TurnTable;
    TurnTable* table_;
    PersonId person_;
  };
  // kUnavailable where too many turns run, kRateLimited where too many of this person do.
  Result<Place> Reserve(const PersonId& person);

  void Add(const SharedTurn& turn, Place place);
  // Its log is closed; it is kept for its readers for limits::kReplyLogKept.
  void NoteEnd(const RunningTurn& turn);
  // Null where the turn is not in memory.
  SharedTurn Find(const TurnId& turn) const;
  // The newest running turn of the conversation; null where none runs.
  SharedTurn NewestOf(const ConversationId& conversation) const;

  std::size_t running() const { return running_; }
  std::size_t running_of(const PersonId& person) const;
  // Runs until it is cancelled.
  Task<void> Tick();
  // Ends every running turn early, at a shutdown.
  void InterruptAll();

 private:
  void Look(SteadyTime now);
  void GiveBack(const PersonId& person);

  Clock& clock_;
  std::unordered_map<TurnId, SharedTurn> turns_;
  std::unordered_map<ConversationId, SharedTurn> newest_running_;
  std::size_t running_ = 0;
  std::unordered_map<PersonId, std::size_t> running_by_person_;
};

}  // namespace nat
