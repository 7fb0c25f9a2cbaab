#include "tests/sim/sim_client.h"

#include <algorithm>
#include <utility>

namespace nat {
namespace {

// What else but a failing disk may refuse a request for something that was removed.
std::vector<ErrorCode> NotFoundIf(bool may_be_gone) {
  if (may_be_gone) return {ErrorCode::kNotFound};
  return {};
}

}  // namespace

Task<void> SimClient::Send(std::size_t number) {
  auto& ask = ledger_.asks()[number];
  ++ask.under_way;
  ++world_.machine.tally.requests;
  auto request = ask.request;
  const bool was_known = ledger_.IsKnown(ask);
  auto answer = co_await chat_.Send(std::move(request));
  ledger_.Answered(ask, answer, was_known);
  if (answer) {
    ledger_.SawTurn(*answer, Floor(), "an answer to a send");
    co_return;
  }
  co_await EndIfCut();
  world_.trace.Require(answer.error().code != ErrorCode::kCancelled,
                       "somebody who waits is told of a cancellation");
}

Task<void> SimClient::Follow(ReadingPlan plan) {
  ++world_.machine.tally.requests;
  Reading reading;
  reading.turn = plan.turn;
  reading.after = plan.after;
  auto known = ledger_.TextUpTo(*ledger_.Find(plan.turn), plan.after);
  if (!known) co_return;
  reading.text = std::move(*known);
  auto reader = co_await chat_.Follow(plan.caller, plan.turn, plan.after);
  if (!reader) {
    co_await EndIfCut();
    ledger_.Refused("a reader", reader.error(), NotFoundIf(MayBeGone(plan.turn)));
    co_return;
  }
  for (std::size_t reads = 0; reads < plan.reads_max; ++reads) {
    if (reads > 0) co_await world_.clock.Sleep(plan.pause);
    const auto asked_at = world_.clock.SteadyNow();
    auto read = co_await (*reader)->Next();
    world_.trace.Require(world_.clock.SteadyNow() - asked_at <= limits::kHeartbeat,
                         "a reader was left without a heartbeat");
    ledger_.SawRead(reading, read);
    if (read.is_end) co_return;
  }
}

Task<void> SimClient::FindTurn(Caller caller, TurnId turn) {
  ++world_.machine.tally.requests;
  const auto* seen = ledger_.Find(turn);
  const auto floor = seen == nullptr ? Floor() : seen->floor();
  auto found = co_await chat_.FindTurn(std::move(caller), turn);
  if (found) {
    ledger_.SawTurn(*found, floor, "GET of the turn");
  } else {
    co_await EndIfCut();
    ledger_.Refused("GET of a turn", found.error(), NotFoundIf(MayBeGone(turn)));
  }
}

Task<void> SimClient::Stop(Caller caller, TurnId turn) {
  ++world_.machine.tally.requests;
  ++world_.machine.tally.stops;
  const auto floor = ledger_.Find(turn)->floor();
  auto stopped = co_await chat_.Stop(std::move(caller), turn);
  if (!stopped) {
    co_await EndIfCut();
    ledger_.Refused("a stop", stopped.error(), NotFoundIf(MayBeGone(turn)));
    co_return;
  }
  world_.trace.Require(stopped->status != TurnStatus::kRunning, ledger_.Name(turn),
                       " runs on after its stop was answered");
  ledger_.SawTurn(*stopped, floor, "the answer to a stop");
}

Task<void> SimClient::ReadPages(PagesPlan plan) {
  std::optional<MessageId> cursor;
  do {
    ++world_.machine.tally.requests;
    const auto floors = FloorsOf(plan.conversation);
    ConversationService::PageRequest request;
    request.cursor = cursor;
    request.path = plan.path;
    request.limit = plan.limit;
    auto page =
        co_await conversations_.Messages(plan.caller, plan.conversation, std::move(request));
    if (!page) {
      const auto* conversation = ledger_.Find(plan.conversation);
      co_await EndIfCut();
      ledger_.Refused("a page", page.error(), NotFoundIf(conversation->may_be_gone()));
      co_return;
    }
    ++world_.machine.tally.pages;
    CheckPage(*page, plan.conversation, floors);
    // A page may be the first to tell of a turn: its own sender may still wait for the answer.
    for (const auto& message : page->messages) {
      if (ledger_.Find(message.turn) == nullptr) co_await FindTurn(plan.caller, message.turn);
    }
    cursor = page->older;
  } while (!cursor->is_empty());
}

void SimClient::CheckPage(const MessagePage& page, const ConversationId& conversation,
                          const Floors& floors) {
  const auto& messages = page.messages;
  auto& trace = world_.trace;
  trace.Require(!messages.empty() || ledger_.Find(conversation)->may_be_gone(),
                "a page without messages");
  for (std::size_t at = 0; at < messages.size(); ++at) {
    const auto& message = messages[at];
    trace.Require(at == 0 || message.parent == messages[at - 1].id,
                  "a page with messages that do not follow each other");
    const auto itself = std::find(message.siblings.begin(), message.siblings.end(), message.id);
    trace.Require(itself != message.siblings.end() || ledger_.Find(conversation)->may_be_gone(),
                  "a message that is none of its own siblings");
    const auto floor = floors.find(message.turn);
    if (message.role == Role::kAssistant) {
      ledger_.SawReply(message, floor == floors.end() ? Floor() : floor->second);
    }
  }
}

SimClient::Floors SimClient::FloorsOf(const ConversationId& conversation) {
  Floors floors;
  for (const auto& turn : ledger_.turns()) {
    if (turn.first.conversation == conversation) floors[turn.first.id] = turn.floor();
  }
  return floors;
}

Task<void> SimClient::ListConversations(Caller caller) {
  ++world_.machine.tally.requests;
  const auto limit = world_.dice.Between(1, 4);
  std::string cursor;
  Time before = Time::max();
  do {
    auto page = co_await conversations_.List(caller, std::move(cursor), limit);
    if (!page) {
      co_await EndIfCut();
      ledger_.Refused("a list", page.error(), {});
      co_return;
    }
    for (const auto& conversation : page->conversations) {
      world_.trace.Require(conversation.updated_at <= before, "a list that is not newest first");
      before = conversation.updated_at;
    }
    cursor = page->next;
  } while (!cursor.empty());
}

// A second device: whatever begins in the conversation, it follows.
Task<void> SimClient::Watch(Caller caller, ConversationId conversation) {
  ++world_.machine.tally.requests;
  auto watch = co_await chat_.Watch(caller, conversation);
  if (!watch) {
    co_await EndIfCut();
    ledger_.Refused("a watch", watch.error(),
                    NotFoundIf(ledger_.Find(conversation)->may_be_gone()));
    co_return;
  }
  auto before = StoredTurnsOf(conversation);
  Watching watching(ledger_, conversation, std::move(before));
  for (;;) {
    auto begun = co_await (*watch)->Next();
    if (begun.empty()) co_return;
    for (auto& turn : begun) {
      watching.Told(turn.id);
      world_.trace.Require(turn.conversation == conversation,
                           "a watch was told of another conversation");
      ledger_.SawTurn(turn, Floor(), "a watch");
      ReadingPlan plan;
      plan.turn = turn.id;
      plan.caller = caller;
      co_await Follow(std::move(plan));
    }
  }
}

std::set<TurnId> SimClient::StoredTurnsOf(const ConversationId& conversation) {
  std::set<TurnId> stored;
  const auto rows = world_.machine.disk.Look("SELECT turn_id FROM turns WHERE conversation_id = $1",
                                             {conversation.text()});
  for (const auto& row : rows) stored.insert(*TurnId::Parse(row.Text(0)));
  return stored;
}

Task<void> SimClient::ChoosePath(Caller caller, TurnId through) {
  ++world_.machine.tally.requests;
  const auto turn = ledger_.Find(through)->first;
  ledger_.Find(turn.conversation)->is_path_chosen = true;
  auto chosen =
      co_await conversations_.ChoosePath(std::move(caller), turn.conversation, turn.reply_message);
  if (chosen) co_return;
  co_await EndIfCut();
  // Somebody may have said something meanwhile.
  auto allowed = NotFoundIf(MayBeGone(through));
  allowed.push_back(ErrorCode::kConflict);
  ledger_.Refused("a choice of a path", chosen.error(), std::move(allowed));
}

Task<void> SimClient::Remove(Caller caller, ConversationId conversation) {
  using Removal = SeenConversation::Removal;
  ++world_.machine.tally.requests;
  ledger_.Find(conversation)->removal = Removal::kIsAsked;
  auto removed = co_await conversations_.Remove(std::move(caller), conversation);
  auto* seen = ledger_.Find(conversation);
  if (removed) {
    ++world_.machine.tally.removals;
    seen->removal = Removal::kIsGone;
    world_.trace.Require(!world_.providers.busy.contains(conversation.text()),
                         "a model is asked for a conversation that was removed");
    world_.trace.Note("a conversation is removed");
  } else {
    co_await EndIfCut();
    ledger_.Refused("a removal", removed.error(), {ErrorCode::kNotFound});
  }
}

Task<void> SimClient::Pry(Caller stranger, TurnId turn) {
  ++world_.machine.tally.requests;
  const auto conversation = ledger_.Find(turn)->first.conversation;
  auto found = co_await chat_.FindTurn(stranger, turn);
  CheckHidden("GET of a turn", found);
  auto reader = co_await chat_.Follow(stranger, turn, 0);
  CheckHidden("a reader", reader);
  auto stopped = co_await chat_.Stop(stranger, turn);
  CheckHidden("a stop", stopped);
  auto watch = co_await chat_.Watch(stranger, conversation);
  CheckHidden("a watch", watch);
  ConversationService::PageRequest request;
  request.limit = 1;
  auto page = co_await conversations_.Messages(stranger, conversation, std::move(request));
  CheckHidden("a page", page);
  auto removed = co_await conversations_.Remove(stranger, conversation);
  CheckHidden("a removal", removed);
  SendRequest send;
  send.caller = stranger;
  send.conversation = conversation;
  send.message = "Is anyone in?";
  auto sent = co_await chat_.Send(std::move(send));
  CheckHidden("a send", sent);
  SendRequest edit;
  edit.caller = stranger;
  edit.edit_of = ledger_.Find(turn)->first.user_message;
  edit.message = "Is anyone else in?";
  auto edited = co_await chat_.Send(std::move(edit));
  CheckHidden("an edit", edited);
}

Task<void> SimClient::EndIfCut() {
  co_return;
}

bool SimClient::MayBeGone(const TurnId& turn) {
  const auto* seen = ledger_.Find(turn);
  return seen == nullptr || ledger_.MayBeGone(*seen);
}

}  // namespace nat
