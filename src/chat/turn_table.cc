#include "chat/turn_table.h"

#include <algorithm>

#include "chat/turn_watch.h"

namespace nat {
namespace {

// A third of the promised heartbeat, so that a reader that just missed one tick is in time.
constexpr auto kTick = limits::kHeartbeat / 3;

bool IsRunning(const RunningTurn& turn) {
  return !turn.log.is_closed();
}

}  // namespace

TurnTable::Place::Place(TurnTable& table, Candidate candidate)
    : table_(&table), candidate_(std::move(candidate)) {
  ++table.running_;
  ++table.running_by_person_[candidate_.person];
  table.being_stored_.emplace(candidate_.turn, candidate_.conversation);
}

TurnTable::Place::~Place() {
  if (table_ == nullptr) return;
  table_->GiveBack(candidate_.person);
  table_->being_stored_.erase(candidate_.turn);
  table_->stored_.NotifyAll();
}

Result<TurnTable::Place> TurnTable::Reserve(Candidate candidate) {
  if (running_ >= limits::kTurnsRunningMax) {
    return Error(ErrorCode::kUnavailable, "too many turns run already");
  }
  if (running_of(candidate.person) >= limits::kTurnsRunningPerPersonMax) {
    return Error(ErrorCode::kRateLimited, "too many turns of one person run already");
  }
  if (second_message_ == SecondMessage::kIsRefused && IsBusy(candidate.conversation)) {
    return Error(ErrorCode::kTurnRunning, "a reply of the conversation is being made");
  }
  return Place(*this, std::move(candidate));
}

bool TurnTable::IsBusy(const ConversationId& conversation) const {
  if (newest_running_.contains(conversation)) return true;
  return std::any_of(being_stored_.begin(), being_stored_.end(),
                     [&](const auto& stored) { return stored.second == conversation; });
}

void TurnTable::GiveBack(const PersonId& person) {
  --running_;
  const auto of_person = running_by_person_.find(person);
  if (--of_person->second == 0) running_by_person_.erase(of_person);
}

void TurnTable::Add(const SharedTurn& turn, Place place) {
  const auto& [id, conversation, person] = place.candidate_;
  NAT_CHECK(id == turn->turn.id && person == turn->turn.person);
  place.table_ = nullptr;  // from here on NoteEnd gives it back
  turns_[id] = turn;
  newest_running_[conversation] = turn;
  being_stored_.erase(id);
  stored_.NotifyAll();
  const auto [begin, end] = watches_.equal_range(conversation);
  for (auto watch = begin; watch != end; ++watch) watch->second->Tell(turn->turn);
}

Task<void> TurnTable::WaitUntilStored(TurnId turn) {
  while (being_stored_.contains(turn)) co_await stored_.Wait();
}

void TurnTable::NoteEnd(const RunningTurn& turn) {
  GiveBack(turn.turn.person);
  if (auto ended = Find(turn.turn.id)) {
    ended_bytes_ += ended->log.size_bytes();
    ended_.push_back(std::move(ended));
    DropEnded(clock_.SteadyNow());
  }
  const auto newest = newest_running_.find(turn.turn.conversation);
  const bool is_newest = newest != newest_running_.end() && newest->second.get() == &turn;
  if (!is_newest) return;
  // Where it was stopped while it waited, the one that it waited for may still run.
  auto before = turn.previous;
  while (before && !IsRunning(*before)) before = SharedTurn(before->previous);
  if (before) {
    newest->second = std::move(before);
  } else {
    newest_running_.erase(newest);
  }
}

SharedTurn TurnTable::Find(const TurnId& turn) const {
  const auto found = turns_.find(turn);
  return found == turns_.end() ? nullptr : found->second;
}

SharedTurn TurnTable::NewestOf(const ConversationId& conversation) const {
  const auto found = newest_running_.find(conversation);
  return found == newest_running_.end() ? nullptr : found->second;
}

std::vector<SharedTurn> TurnTable::RunningOf(const ConversationId& conversation) const {
  std::vector<SharedTurn> running;
  for (auto turn = NewestOf(conversation); turn; turn = SharedTurn(turn->previous)) {
    if (IsRunning(*turn)) running.push_back(turn);
  }
  std::reverse(running.begin(), running.end());
  return running;
}

std::size_t TurnTable::running_of(const PersonId& person) const {
  const auto found = running_by_person_.find(person);
  return found == running_by_person_.end() ? 0 : found->second;
}

Task<void> TurnTable::Tick() {
  for (;;) {
    co_await clock_.Sleep(kTick);
    Look(clock_.SteadyNow());
  }
}

void TurnTable::InterruptAll() {
  for (auto& [id, turn] : turns_) {
    turn->EndEarly(ErrorCode::kUnavailable);
  }
}

void TurnTable::Look(SteadyTime now) {
  DropEnded(now);
  for (auto& [id, turn] : turns_) {
    if (!IsRunning(*turn)) continue;
    turn->log.Wake();
    // A cancellation reaches only what is waited for at that moment.
    if (turn->is_ending() && turn->cancel) turn->cancel();
    const bool is_too_long = turn->begun_at && now - *turn->begun_at > reply_timeout_;
    if (is_too_long) turn->EndEarly(ErrorCode::kTimeout);
  }
}

void TurnTable::DropEnded(SteadyTime now) {
  while (!ended_.empty()) {
    const auto& oldest = *ended_.front();
    const bool is_kept = now - oldest.finished_at < limits::kReplyLogKept &&
                         ended_.size() <= limits::kReplyLogsKeptMax &&
                         ended_bytes_ <= limits::kReplyLogBytesKeptMax;
    if (is_kept) return;
    ended_bytes_ -= oldest.log.size_bytes();
    turns_.erase(oldest.turn.id);
    ended_.pop_front();
  }
}

}  // namespace nat
