#include "chat/chat_service.h"

#include <algorithm>
#include <utility>

#include "base/limits.h"
#include "chat/recovery.h"
#include "chat/reply_events.h"
#include "chat/stages/text_hygiene.h"

namespace nat {
namespace {

// Messages of one moment meet at the end of the same path; one of them gets there, and the others
// look again. So as many can meet as a person may have running, and a few that are refused for it.
constexpr int kSendAttempts = 2 * static_cast<int>(limits::kTurnsRunningPerPersonMax);

// Between attempts to store an end that the disk did not take; it doubles.
constexpr auto kStorePauseMin = std::chrono::seconds(1);
constexpr auto kStorePauseMax = std::chrono::seconds(30);

constexpr auto kDrainLook = std::chrono::milliseconds(10);
// To store the end of what was interrupted, also on a disk that needs a second try.
constexpr auto kInterruptLimit = std::chrono::seconds(5);

TurnRunner::Parts RunnerParts(const ChatParts& parts) {
  return TurnRunner::Parts{parts.clock,        parts.log,           parts.metrics,
                           parts.database,     parts.conversations, parts.gateway,
                           parts.input_stages, parts.output_stages, parts.persona};
}

bool SaysSomethingNew(const SendRequest& request) {
  return !request.regenerate_of && !request.continue_of;
}

}  // namespace

ChatService::ChatService(ChatParts parts)
    : parts_(std::move(parts)),
      turns_(parts_.database),
      opener_(parts_.conversations, turns_, parts_.clock),
      runner_(RunnerParts(parts_)),
      recovery_(parts_.clock, parts_.log, parts_.database, parts_.keys, turns_),
      table_(parts_.executor, parts_.clock, parts_.second_message, parts_.reply_timeout) {}

Task<Status> ChatService::Recover() {
  co_return co_await recovery_.EndInterrupted();
}

void ChatService::Start() {
  parts_.tasks.Spawn("turns.tick", table_.Tick());
}

Task<Result<Turn>> ChatService::Send(SendRequest request) {
  auto ticket = std::make_shared<Ticket<Turn>>(parts_.executor);
  parts_.tasks.Spawn("send", TakeIn(std::move(request), ticket));
  co_return co_await WaitFor(std::move(ticket));
}

// A task of the service: whoever sends may be cut off at any moment, and a message that was stored
// must get its reply all the same.
Task<void> ChatService::TakeIn(SendRequest request, std::shared_ptr<Ticket<Turn>> ticket) {
  try {
    auto turn = co_await Accept(std::move(request));
    ticket->Answer(std::move(turn));
  } catch (...) {
    ticket->Answer(Error(ErrorCode::kInternal, "sending was broken off"));
    throw;
  }
}

Task<Result<Turn>> ChatService::Accept(SendRequest request) {
  if (is_draining_) co_return Error(ErrorCode::kUnavailable, "shutting down");
  std::string message;
  if (SaysSomethingNew(request)) {
    auto checked = CheckMessage(request.message);
    if (!checked) co_return checked.error();
    message = std::move(*checked);
  }
  for (int attempt = 1; attempt <= kSendAttempts; ++attempt) {
    auto sent = co_await TrySend(request, message);
    if (!sent) co_return sent.error();
    if (sent->has_value()) co_return std::move(**sent);
  }
  co_return Error(ErrorCode::kConflict, "the conversation changed again and again");
}

// Nothing where somebody else changed the conversation meanwhile.
Task<Result<std::optional<Turn>>> ChatService::TrySend(SendRequest request, std::string message) {
  auto place = co_await opener_.FindPlace(request, message);
  if (!place) co_return place.error();
  const auto person = place->conversation.person;
  auto repeat = co_await FindRepeat(request, person);
  if (!repeat) co_return repeat.error();
  if (repeat->has_value()) co_return repeat;
  TurnTable::Candidate candidate;
  candidate.turn = place->reply.turn;
  candidate.conversation = place->conversation.id;
  candidate.person = person;
  auto place_to_run = table_.Reserve(std::move(candidate));
  if (!place_to_run) co_return place_to_run.error();
  auto key = co_await parts_.keys.ForWriting(person);
  if (!key) co_return key.error();
  auto opening = co_await opener_.Open(std::move(*place), request, message, *key->key);
  if (!opening) co_return opening.error();
  if (is_draining_) co_return Error(ErrorCode::kUnavailable, "shutting down");
  co_return co_await Store(std::move(*opening), std::move(request), std::move(*key),
                           std::move(*place_to_run));
}

Task<Result<std::optional<Turn>>> ChatService::FindRepeat(SendRequest request, PersonId person) {
  if (!request.client_message_id) co_return std::optional<Turn>();
  auto found = co_await turns_.FindByClientMessage(person, *request.client_message_id);
  if (!found) co_return found.error();
  if (!found->has_value()) co_return std::optional<Turn>();
  const auto& first = **found;
  // Who repeats a first message may know its conversation by now, or may still not.
  const bool is_elsewhere =
      request.conversation && *request.conversation != first.turn.conversation;
  if (is_elsewhere || first.digest != Digest(request)) {
    co_return Error(ErrorCode::kConflict, "a repeat with other content",
                    "This id was used before for another message. Nothing was sent.");
  }
  auto turn = co_await FindTurn(request.caller, first.turn.id);
  if (!turn) co_return turn.error();
  co_return std::optional<Turn>(std::move(*turn));
}

Task<Result<std::optional<Turn>>> ChatService::Store(TurnOpening opening, SendRequest request,
                                                     KeyRing::WritingKey key,
                                                     TurnTable::Place place) {
  Turn turn;
  turn.id = opening.reply.turn;
  turn.conversation = opening.conversation.id;
  turn.person = opening.conversation.person;
  turn.user_message = opening.user_message_id;
  turn.reply_message = opening.reply.id;
  turn.last_event = 1;
  turn.created_at = opening.reply.created_at;
  const auto old_leaf = std::exchange(opening.conversation.leaf, opening.reply.id);
  std::vector<Statement> batch;
  if (key.insert) batch.push_back(*key.insert);
  if (opening.is_new_conversation) {
    batch.push_back(ConversationStore::Insert(opening.conversation, *key.key));
  } else {
    batch.push_back(ConversationStore::MoveLeaf(turn.conversation, old_leaf, turn.reply_message,
                                                turn.created_at));
  }
  if (opening.user_message) {
    batch.push_back(
        ConversationStore::InsertMessage(turn.conversation, *opening.user_message, *key.key));
  }
  batch.push_back(ConversationStore::InsertMessage(turn.conversation, opening.reply, *key.key));
  batch.push_back(TurnStore::Insert(turn, request.client_message_id, Digest(request)));
  auto written = co_await parts_.database.Write(std::move(batch), Durability::kDurable);
  if (!written && key.insert) parts_.keys.Forget(turn.person);
  if (!written && written.error().code == ErrorCode::kConflict) co_return std::optional<Turn>();
  if (!written) co_return written.error();
  parts_.keys.ConfirmStored(turn.person, key.key);
  co_return std::optional<Turn>(
      Begin(std::move(turn), std::move(opening), request.pace, key.key, std::move(place)));
}

Turn ChatService::Begin(Turn turn, TurnOpening opening, Pace pace, SharedPersonKey key,
                        TurnTable::Place place) {
  auto running = std::make_shared<RunningTurn>(parts_.executor, std::move(turn), std::move(key));
  running->history_leaf = opening.history_leaf;
  running->words = std::move(opening.words);
  running->is_continuation = opening.is_continuation;
  running->pace = pace;
  running->accepted_at = parts_.clock.SteadyNow();
  running->previous = table_.NewestOf(running->turn.conversation);
  running->log.Append(std::string(kTurnEvent), TurnEventJson(running->turn));
  table_.Add(running, std::move(place));
  parts_.metrics.turns_running().Increment();
  running->cancel = parts_.tasks.Spawn("turn", RunTurn(running));
  return running->AsSeen();  // it may have run on already
}

Task<void> ChatService::RunTurn(SharedTurn turn) {
  // What escapes is a bug, and must not leave readers waiting for an end that never comes.
  try {
    co_await runner_.Run(turn);
  } catch (const std::exception& fault) {
    runner_.Abandon(*turn, fault.what());
  }
  table_.NoteEnd(*turn);
  parts_.metrics.turns_running().Decrement();
  if (!turn->is_end_stored) parts_.tasks.Spawn("turn.end", StoreEndLater(std::move(turn)));
}

// On a full disk for example: nothing can be said in reply to this turn until its end is stored, so
// it is stored as soon as there is room.
Task<void> ChatService::StoreEndLater(SharedTurn turn) {
  for (auto pause = kStorePauseMin; !turn->is_end_stored;
       pause = std::min(pause * 2, kStorePauseMax)) {
    co_await parts_.clock.Sleep(pause);
    turn->is_end_stored = co_await runner_.TryToStoreEnd(turn);
  }
}

Task<Result<Turn>> ChatService::FindTurn(Caller caller, TurnId turn) {
  auto stored = co_await FindStored(caller, turn);
  if (!stored) co_return stored.error();
  if (auto running = table_.Find(turn)) co_return running->AsSeen();
  if (stored->status == TurnStatus::kRunning) co_return co_await FindUnended(caller, turn);
  auto key = co_await parts_.keys.ForReading(stored->person);
  if (!key) co_return key.error();
  auto reply = co_await parts_.conversations.FindMessage(stored->reply_message, **key);
  if (!reply) co_return reply.error();
  if (reply->has_value()) stored->text = std::move((*reply)->text);
  co_return stored;
}

// The store called it running, and it was not in memory. It was just being stored, or has ended
// since; else its end could not be stored when it came, on a full disk for example, and what a
// start would do for it is done now.
Task<Result<Turn>> ChatService::FindUnended(Caller caller, TurnId turn) {
  co_await table_.WaitUntilStored(turn);
  if (auto running = table_.Find(turn)) co_return running->AsSeen();
  auto stored = co_await FindStored(caller, turn);
  if (!stored) co_return stored.error();
  if (stored->status != TurnStatus::kRunning) co_return co_await FindTurn(caller, turn);
  auto ended = co_await recovery_.EndAsShown(std::move(*stored));
  if (!ended) co_return ended.error();
  auto kept = co_await recovery_.StoreEnd(*ended);
  const bool has_ended_elsewhere = !kept && kept.error().code == ErrorCode::kConflict;
  if (has_ended_elsewhere) co_return co_await FindTurn(caller, turn);
  co_return ended;
}

Task<Result<Turn>> ChatService::FindStored(Caller caller, TurnId turn) {
  Error missing(ErrorCode::kNotFound, "no such turn for the caller");
  auto stored = co_await turns_.Find(turn);
  if (!stored) co_return stored.error();
  if (!stored->has_value()) co_return missing;
  auto conversation = co_await parts_.conversations.Find((*stored)->turn.conversation);
  if (!conversation) co_return conversation.error();
  if (!conversation->has_value() || !MayReach(caller, **conversation)) co_return missing;
  co_return std::move((*stored)->turn);
}

Task<Result<std::unique_ptr<ReplyReader>>> ChatService::Follow(Caller caller, TurnId turn,
                                                               std::uint64_t after) {
  auto found = co_await FindTurn(caller, turn);
  if (!found) co_return found.error();
  std::unique_ptr<ReplyReader> reader;
  if (auto running = table_.Find(turn)) {
    reader = std::make_unique<ReplyReader>(parts_.clock, parts_.metrics, std::move(running), after);
  } else {
    reader = std::make_unique<ReplyReader>(parts_.clock, parts_.metrics, std::move(*found), after);
  }
  co_return reader;
}

Task<Result<Turn>> ChatService::Stop(Caller caller, TurnId turn) {
  auto found = co_await FindTurn(caller, turn);
  if (!found) co_return found.error();
  auto running = table_.Find(turn);
  if (!running) co_return found;
  running->EndEarly(ErrorCode::kCancelled);
  while (!running->log.is_closed()) co_await running->log.WaitForChange();
  co_return running->AsSeen();
}

Task<Result<std::unique_ptr<TurnWatch>>> ChatService::Watch(Caller caller,
                                                            ConversationId conversation) {
  auto found = co_await parts_.conversations.Find(conversation);
  if (!found) co_return found.error();
  if (!found->has_value() || !MayReach(caller, **found)) {
    co_return Error(ErrorCode::kNotFound, "no such conversation for the caller");
  }
  co_return std::make_unique<TurnWatch>(parts_.executor, table_, std::move(conversation));
}

Task<void> ChatService::StopAllOf(ConversationId conversation) {
  while (auto running = table_.NewestOf(conversation)) {
    running->EndEarly(ErrorCode::kCancelled);
    while (!running->log.is_closed()) co_await running->log.WaitForChange();
  }
}

Task<bool> ChatService::Drain(std::chrono::nanoseconds limit) {
  is_draining_ = true;
  const auto deadline = parts_.clock.SteadyNow() + limit;
  while (table_.running() > 0 && parts_.clock.SteadyNow() < deadline) {
    co_await parts_.clock.Sleep(kDrainLook);
  }
  const bool have_all_ended = table_.running() == 0;
  const auto last_moment = parts_.clock.SteadyNow() + kInterruptLimit;
  while (table_.running() > 0 && parts_.clock.SteadyNow() < last_moment) {
    table_.InterruptAll();
    co_await parts_.clock.Sleep(kDrainLook);
  }
  co_return have_all_ended;
}

std::string ChatService::Digest(const SendRequest& request) const {
  std::string asked;
  const auto add = [&asked](const std::string& part) { asked += part + '\n'; };
  add(request.edit_of ? request.edit_of->text() : "");
  add(request.regenerate_of ? request.regenerate_of->text() : "");
  add(request.continue_of ? request.continue_of->text() : "");
  add(request.message);
  return KeyedHash(parts_.digest_key, asked);
}

}  // namespace nat
