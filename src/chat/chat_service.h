// All that api/ may ask of the product: send, follow, stop, and look at conversations. Owns the
// running turns. Every call is on the loop's thread and checks who asks: what a caller may not
// reach is kNotFound.
#pragma once

#include <memory>
#include <string>

#include "chat/chat_parts.h"
#include "chat/key_ring.h"
#include "chat/recovery.h"
#include "chat/reply_reader.h"
#include "chat/turn_opening.h"
#include "chat/turn_runner.h"
#include "chat/turn_table.h"
#include "chat/turn_watch.h"
#include "db/ticket.h"

namespace nat {

class ChatService {
 public:
  explicit ChatService(ChatParts parts);

  // Before the port opens: ends what ran when the process last ended, with all that was shown.
  Task<Status> Recover();
  // Starts the ticker of the running turns.
  void Start();

  // Stores the message durably, starts the turn, and returns it running; it does so also when the
  // caller does not wait for that. The same client_message_id of the same person gives the same
  // turn again. Errors: kInvalidInput (the message), kNotFound, kConflict (the id was used for
  // other words; the reply still runs), kTurnRunning (where a second message is refused),
  // kRateLimited and kUnavailable (too much at once, shutting down, no store).
  Task<Result<Turn>> Send(SendRequest request);

  Task<Result<Turn>> FindTurn(Caller caller, TurnId turn);
  // Follows the reply from the event after `after`.
  Task<Result<std::unique_ptr<ReplyReader>>> Follow(Caller caller, TurnId turn,
                                                    std::uint64_t after);
  // Ends the reply; what was shown is kept. The turn as it is then, final once it has ended.
  Task<Result<Turn>> Stop(Caller caller, TurnId turn);

  // Which turns begin in the conversation from now on, those that run now first. The service
  // outlives the watch.
  Task<Result<std::unique_ptr<TurnWatch>>> Watch(Caller caller, ConversationId conversation);

  // Ends every running reply of a conversation that is about to be removed, or was.
  Task<void> StopAllOf(ConversationId conversation);

  // No new turns; true once the running ones have ended, false after the limit, when the rest is
  // ended as interrupted.
  Task<bool> Drain(std::chrono::nanoseconds limit);
  bool is_draining() const { return is_draining_; }
  std::size_t turns_running() const { return table_.running(); }

 private:
  Task<void> TakeIn(SendRequest request, std::shared_ptr<Ticket<Turn>> ticket);
  Task<Result<Turn>> Accept(SendRequest request);
  Task<Result<std::optional<Turn>>> FindRepeat(SendRequest request, PersonId person);
  Task<Result<std::optional<Turn>>> TrySend(SendRequest request, std::string message);
  Task<Result<std::optional<Turn>>> Store(TurnOpening opening, SendRequest request,
                                          KeyRing::WritingKey key, TurnTable::Place place);
  Turn Begin(Turn turn, TurnOpening opening, Pace pace, SharedPersonKey key,
             TurnTable::Place place);
  Task<void> RunTurn(SharedTurn turn);
  Task<void> StoreEndLater(SharedTurn turn);
  Task<Result<Turn>> FindUnended(Caller caller, TurnId turn);
  Task<Result<Turn>> FindStored(Caller caller, TurnId turn);
  std::string Digest(const SendRequest& request) const;

  ChatParts parts_;
  TurnStore turns_;
  TurnOpener opener_;
  TurnRunner runner_;
  Recovery recovery_;
  TurnTable table_;
  bool is_draining_ = false;
};

}  // namespace nat
