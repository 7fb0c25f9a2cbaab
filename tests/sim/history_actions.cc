// What may happen in a history.
#include <algorithm>
#include <array>
#include <utility>

#include "tests/sim/history.h"

namespace nat {
namespace {

using std::chrono::hours;
using std::chrono::milliseconds;
using std::chrono::seconds;

}  // namespace

void History::Act() {
  struct Action {
    std::size_t weight;
    void (History::*happen)();
  };
  static constexpr auto kActions = std::to_array<Action>({
      {6, &History::SendNew},        {18, &History::SendInto},  {8, &History::SendAgain},
      {4, &History::SendOtherWords}, {4, &History::Edit},       {4, &History::Regenerate},
      {3, &History::Continue},       {7, &History::Stop},       {14, &History::Follow},
      {6, &History::FindTurn},       {6, &History::ReadPages},  {1, &History::ListConversations},
      {2, &History::Watch},          {1, &History::Remove},     {2, &History::Pry},
      {2, &History::ChoosePath},     {3, &History::CutRequest}, {3, &History::Kill},
      {2, &History::CutPower},       {1, &History::Drain},      {2, &History::JumpWallTime},
      {4, &History::ChangeDisk},     {1, &History::WaitLong},
  });
  std::size_t all = 0;
  for (const auto& action : kActions) all += action.weight;
  auto drawn = dice_.Below(all);
  for (const auto& action : kActions) {
    if (drawn < action.weight) return (this->*action.happen)();
    drawn -= action.weight;
  }
}

SendRequest History::Saying(Person& person) {
  SendRequest request;
  request.caller = person.caller;
  request.message = "Message " + std::to_string(++messages_) + ": " + std::string(kSaidMark) + ".";
  if (dice_.Percent(95)) {
    request.client_message_id = "client-" + std::to_string(++person.client_ids);
  }
  return request;
}

void History::Send(std::size_t person, SendRequest request) {
  auto& ask = ledger_.AddAsk(person, std::move(request));
  trace_.Note("person ", person, " sends ask ", ask.number, ": ", ask.request.message,
              ask.request.edit_of ? " (edits)" : "",
              ask.request.regenerate_of ? " (regenerates)" : "",
              ask.request.continue_of ? " (continues)" : "");
  Spawn("send", client_->Send(ask.number));
  // The finger was on the key twice.
  if (ask.request.client_message_id && dice_.Percent(10)) Spawn("send", client_->Send(ask.number));
}

void History::Spawn(std::string name, Task<void> task) {
  cuts_.push_back(process_->Spawn(std::move(name), std::move(task)));
}

SeenConversation* History::AnyConversation() {
  auto& all = ledger_.conversations();
  if (all.empty()) return nullptr;
  // Mostly where something goes on.
  if (dice_.Percent(50)) return &all.back();
  return &AnyOf(all);
}

SeenTurn* History::AnyTurn() {
  auto& all = ledger_.turns();
  if (all.empty()) return nullptr;
  if (dice_.Percent(50)) return &all.back();
  return &AnyOf(all);
}

const Person& History::OwnerOf(const SeenTurn& turn) {
  return ledger_.people()[ledger_.Find(turn.first.conversation)->person];
}

void History::SendNew() {
  auto& person = AnyOf(ledger_.people());
  Send(person.number, Saying(person));
}

void History::SendInto() {
  auto* conversation = AnyConversation();
  if (conversation == nullptr) return SendNew();
  auto& person = ledger_.people()[conversation->person];
  auto request = Saying(person);
  request.conversation = conversation->id;
  Send(person.number, std::move(request));
}

void History::SendAgain() {
  if (ledger_.asks().empty()) return SendNew();
  const auto& ask = AnyOf(ledger_.asks());
  const bool is_gone = ask.turn && ledger_.MayBeGone(*ledger_.Find(*ask.turn));
  if (!ask.request.client_message_id || is_gone) return;
  ++tally_.repeats;
  trace_.Note("ask ", ask.number, " is sent again");
  Spawn("send", client_->Send(ask.number));
}

void History::SendOtherWords() {
  if (ledger_.asks().empty()) return SendNew();
  const auto& ask = AnyOf(ledger_.asks());
  if (!ask.request.client_message_id) return;
  ++tally_.repeats_with_other_words;
  auto& person = ledger_.people()[ask.person];
  auto request = Saying(person);
  request.client_message_id = ask.request.client_message_id;
  request.conversation = ask.request.conversation;
  Send(person.number, std::move(request));
}

void History::Edit() {
  auto* turn = AnyTurn();
  if (turn == nullptr) return SendNew();
  auto& person = ledger_.people()[OwnerOf(*turn).number];
  auto request = Saying(person);
  request.edit_of = turn->first.user_message;
  Send(person.number, std::move(request));
}

void History::Regenerate() {
  auto* turn = AnyTurn();
  if (turn == nullptr) return SendNew();
  auto& person = ledger_.people()[OwnerOf(*turn).number];
  auto request = Saying(person);
  request.message.clear();
  request.regenerate_of = turn->first.reply_message;
  Send(person.number, std::move(request));
}

void History::Continue() {
  auto* turn = AnyTurn();
  if (turn == nullptr) return SendNew();
  auto& person = ledger_.people()[OwnerOf(*turn).number];
  auto request = Saying(person);
  request.message.clear();
  request.continue_of = turn->first.reply_message;
  Send(person.number, std::move(request));
}

void History::Stop() {
  auto* turn = AnyTurn();
  if (turn == nullptr) return;
  trace_.Note("turn ", turn->number, " is to stop");
  const auto& caller = OwnerOf(*turn).caller;
  Spawn("stop", client_->Stop(caller, turn->first.id));
  if (dice_.Percent(20)) Spawn("stop", client_->Stop(caller, turn->first.id));
}

void History::Follow() {
  auto* turn = AnyTurn();
  if (turn == nullptr) return;
  SimClient::ReadingPlan plan;
  plan.turn = turn->first.id;
  plan.caller = OwnerOf(*turn).caller;
  if (dice_.Percent(50)) plan.after = dice_.Below(turn->floor().last_event + 1);
  if (dice_.Percent(30)) plan.reads_max = dice_.Between(1, 5);
  if (dice_.Percent(30)) plan.pause = dice_.UpTo(seconds(5));
  Spawn("reader", client_->Follow(std::move(plan)));
}

void History::FindTurn() {
  auto* turn = AnyTurn();
  if (turn == nullptr) return;
  Spawn("find", client_->FindTurn(OwnerOf(*turn).caller, turn->first.id));
}

void History::ReadPages() {
  auto* turn = AnyTurn();
  if (turn == nullptr) return;
  SimClient::PagesPlan plan;
  plan.conversation = turn->first.conversation;
  plan.caller = OwnerOf(*turn).caller;
  plan.limit = dice_.Between(1, 6);
  if (dice_.Percent(50)) plan.path = turn->first.reply_message;
  Spawn("pages", client_->ReadPages(std::move(plan)));
}

void History::ListConversations() {
  Spawn("list", client_->ListConversations(AnyOf(ledger_.people()).caller));
}

void History::Watch() {
  auto* conversation = AnyConversation();
  if (conversation == nullptr) return;
  const auto& caller = ledger_.people()[conversation->person].caller;
  Spawn("watch", client_->Watch(caller, conversation->id));
}

void History::ChoosePath() {
  auto* turn = AnyTurn();
  if (turn == nullptr) return;
  trace_.Note("the path through turn ", turn->number, " is chosen");
  Spawn("choose", client_->ChoosePath(OwnerOf(*turn).caller, turn->first.id));
}

void History::Remove() {
  auto* conversation = AnyConversation();
  if (conversation == nullptr) return;
  const auto& caller = ledger_.people()[conversation->person].caller;
  Spawn("remove", client_->Remove(caller, conversation->id));
}

void History::Pry() {
  auto* turn = AnyTurn();
  // What was begun without a cookie is open to whoever knows its id.
  if (turn == nullptr || !OwnerOf(*turn).caller.has_cookie) return;
  const Caller stranger{PersonId::Make(), dice_.Percent(50)};
  Spawn("pry", client_->Pry(stranger, turn->first.id));
}

void History::CutRequest() {
  if (cuts_.empty()) return;
  ++tally_.requests_cut;
  AnyOf(cuts_)();
}

void History::RunSomeSteps() {
  // An end comes between any two steps of the loop, not only when all is quiet.
  for (auto steps = dice_.Below(12); steps > 0 && process_->RunOne(); --steps) {
  }
}

void History::Kill() {
  RunSomeSteps();
  ++tally_.kills;
  trace_.Note("the process is killed");
  EndProcess();
  StartProcess();
}

void History::CutPower() {
  // Where there is something to lose, if that can be had.
  const auto is_at_risk = [this] { return world_.machine.disk.IsAtRisk(world_.clock.SteadyNow()); };
  if (dice_.Percent(60)) RunUntil(is_at_risk, dice_.UpTo(seconds(15)));
  RunSomeSteps();
  ++tally_.power_cuts;
  EndProcess();
  const auto lost = world_.machine.disk.CutPower(dice_, world_.clock.SteadyNow());
  trace_.Note("the power is cut, ", lost, " commits are lost");
  tally_.commits_lost += lost;
  ledger_.PowerCut();
  StartProcess();
}

Task<void> DrainTo(ChatService& chat, std::chrono::nanoseconds limit, std::optional<bool>& end) {
  end = co_await chat.Drain(limit);
}

void History::Drain() {
  ++tally_.drains;
  trace_.Note("the service is asked to end");
  world_.is_draining = true;
  world_.had_drain = true;
  std::optional<bool> end;
  process_->Spawn("drain", DrainTo(process_->chat(), dice_.UpTo(seconds(3)), end));
  SendInto();
  Follow();
  const auto is_over = [&end] { return end.has_value(); };
  trace_.Require(RunUntil(is_over, seconds(10)), "a drain does not end");
  const bool has_ended = process_->chat().turns_running() == 0;
  trace_.Require(has_ended || world_.had_disk_faults || world_.disk_mood.is_slow > 0,
                 "turns still run after a drain");
  EndProcess();
  StartProcess();
}

void History::JumpWallTime() {
  ++tally_.wall_jumps;
  const auto by = std::chrono::duration_cast<milliseconds>(dice_.UpTo(hours(48))) - hours(24);
  trace_.Note("the wall clock jumps by ", by.count(), " ms");
  world_.clock.JumpWallTime(by);
}

void History::ChangeDisk() {
  if (!may_have_disk_faults_) return;
  auto& mood = world_.disk_mood;
  mood.write_fails = 0;
  mood.query_fails = 0;
  mood.is_full = false;
  switch (dice_.Below(5)) {
    case 0:
      break;
    case 1:
      mood.is_full = true;
      break;
    case 2:
      mood.write_fails = dice_.Between(1, 60);
      break;
    case 3:
      mood.query_fails = dice_.Between(1, 40);
      break;
    default:
      mood.write_fails = dice_.Between(1, 30);
      mood.query_fails = dice_.Between(1, 20);
      break;
  }
  world_.had_disk_faults = world_.had_disk_faults || !mood.is_well();
  trace_.Note("the disk is ", mood.is_full ? "full" : mood.is_well() ? "well" : "failing");
}

void History::WaitLong() {
  RunFor(dice_.UpTo(seconds(400)));
}

}  // namespace nat
