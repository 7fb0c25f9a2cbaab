#include "tests/sim/invariants.h"

#include <algorithm>
#include <utility>

#include "chat/sealed_columns.h"
#include "tests/sim/history.h"

namespace nat {

Task<void> Invariants::Check(SimClient& client, bool& has_ended) {
  ReadRows();
  for (const auto& turn : turns_) co_await CheckTurn(client, turn.id);
  ReadRows();
  const auto conversations = leaves_;
  for (const auto& [conversation, leaf] : conversations) {
    const auto* seen = ledger_.Find(conversation);
    if (seen == nullptr) continue;
    const auto caller = ledger_.people()[seen->person].caller;
    co_await CheckTree(caller, conversation, leaf);
    co_await CheckPathsThroughSiblings(caller, conversation);
  }
  for (const auto& person : ledger_.people()) {
    const auto caller = person.caller;
    co_await CheckList(caller);
  }
  has_ended = true;
}

// From its beginning, from somewhere in it, and as a whole: always the same.
Task<void> Invariants::CheckTurn(SimClient& client, TurnId turn) {
  const auto row = std::find_if(turns_.begin(), turns_.end(),
                                [&](const TurnRow& stored) { return stored.id == turn; });
  const auto* person = PersonOf(row->person);
  NAT_CHECK(person != nullptr);
  const auto caller = person->caller;
  if (ledger_.Find(turn) == nullptr) {
    // Stored in a request that was cut off, and never asked for again.
    auto found = co_await process_.chat().FindTurn(caller, turn);
    if (!trace_.Require(found.has_value(), "a turn cannot be found")) co_return;
    ledger_.SawTurn(*found, Floor(), "the first look");
  }
  SimClient::ReadingPlan plan;
  plan.turn = turn;
  plan.caller = caller;
  co_await client.Follow(plan);
  const auto end = ledger_.Find(turn)->end;
  if (!trace_.Require(end.has_value(), ledger_.Name(turn), " has no end")) co_return;
  plan.after = world_.dice.Below(end->last_event + 1);
  co_await client.Follow(plan);
  co_await client.FindTurn(caller, turn);
}

Task<void> Invariants::CheckTree(Caller caller, ConversationId conversation, MessageId leaf) {
  auto expected = PathTo(leaf);
  std::vector<MessageId> path;
  std::optional<MessageId> cursor;
  do {
    ConversationService::PageRequest request;
    request.cursor = cursor;
    request.limit = world_.dice.Between(1, 7);
    auto page =
        co_await process_.conversations().Messages(caller, conversation, std::move(request));
    if (!trace_.Require(page.has_value(), "a page cannot be read")) co_return;
    std::vector<MessageId> part;
    for (const auto& message : page->messages) {
      CheckMessage(message);
      part.push_back(message.id);
    }
    path.insert(path.begin(), part.begin(), part.end());
    cursor = page->older;
    if (!trace_.Require(path.size() <= expected.size(), "pages without an end")) co_return;
  } while (!cursor->is_empty());
  trace_.Require(path == expected,
                 "the pages of a conversation are not its active path: ", path.size(),
                 " messages, and ", expected.size(), " are stored");
}

Task<void> Invariants::CheckPathsThroughSiblings(Caller caller, ConversationId conversation) {
  std::vector<MessageId> with_siblings;
  for (const auto& [id, message] : messages_) {
    const bool is_here = message.conversation == conversation;
    if (is_here && SiblingsOf(message).size() > 1) with_siblings.push_back(id);
  }
  for (const auto& through : with_siblings) {
    ConversationService::PageRequest request;
    request.path = through;
    request.limit = limits::kPageMax;
    auto page =
        co_await process_.conversations().Messages(caller, conversation, std::move(request));
    if (!trace_.Require(page.has_value(), "a sibling's path cannot be read")) co_return;
    std::vector<MessageId> path;
    for (const auto& message : page->messages) {
      CheckMessage(message);
      path.push_back(message.id);
    }
    trace_.Require(path == PathTo(NewestLeafBelow(through)), "another path through a sibling");
  }
}

Task<void> Invariants::CheckList(Caller caller) {
  std::set<ConversationId> listed;
  std::string cursor;
  do {
    auto page = co_await process_.conversations().List(caller, std::move(cursor), 3);
    if (!trace_.Require(page.has_value(), "a list cannot be read")) co_return;
    for (const auto& conversation : page->conversations) {
      trace_.Require(listed.insert(conversation.id).second, "a conversation is listed twice");
      trace_.Require(conversation.title.find(kSaidMark) != std::string::npos,
                     "a conversation lost its title");
    }
    cursor = page->next;
  } while (!cursor.empty());
  std::set<ConversationId> expected;
  for (const auto& turn : turns_) {
    if (turn.person == caller.person && caller.has_cookie) expected.insert(turn.conversation);
  }
  trace_.Require(listed == expected, "a list of ", listed.size(), " conversations instead of ",
                 expected.size());
}

void Invariants::CheckMessage(const Message& message) {
  const auto row = messages_.find(message.id);
  if (!trace_.Require(row != messages_.end(), "a message that is not stored")) return;
  trace_.Require(message.parent == row->second.parent && message.role == row->second.role &&
                     message.turn == row->second.turn,
                 "a message is not what is stored");
  trace_.Require(message.siblings == SiblingsOf(row->second), "the siblings of a message");
  if (message.role == Role::kAssistant) {
    const auto* turn = ledger_.Find(message.turn);
    if (turn == nullptr || !turn->end) return;
    trace_.Require(message.text == turn->text && message.status == turn->end->status, "turn ",
                   turn->number, " on a page is ", WordOf(*message.status), " with ", message.text);
    trace_.Require(message.text.empty() || !message.source.provider.empty(), "turn ", turn->number,
                   " was answered by nobody");
    return;
  }
  const auto turn = std::find_if(turns_.begin(), turns_.end(),
                                 [&](const TurnRow& stored) { return stored.id == message.turn; });
  if (!trace_.Require(turn != turns_.end(), "a message without a turn")) return;
  const auto* ask = AskOf(*turn);
  if (ask == nullptr) return;
  trace_.Require(message.text == ask->request.message, "ask ", ask->number,
                 " became: ", message.text);
}

std::vector<MessageId> Invariants::PathTo(MessageId leaf) const {
  std::vector<MessageId> path;
  while (!leaf.is_empty() && path.size() <= messages_.size()) {
    const auto message = messages_.find(leaf);
    if (!trace_.Require(message != messages_.end(), "a parent that is not there")) break;
    path.push_back(leaf);
    leaf = message->second.parent;
  }
  std::reverse(path.begin(), path.end());
  return path;
}

std::vector<MessageId> Invariants::SiblingsOf(const MessageRow& message) const {
  std::vector<std::pair<std::int64_t, MessageId>> siblings;
  for (const auto& [id, other] : messages_) {
    if (other.conversation == message.conversation && other.parent == message.parent) {
      siblings.emplace_back(other.created_at, id);
    }
  }
  std::sort(siblings.begin(), siblings.end());
  std::vector<MessageId> ids;
  ids.reserve(siblings.size());
  for (auto& sibling : siblings) ids.push_back(std::move(sibling.second));
  return ids;
}

MessageId Invariants::NewestLeafBelow(MessageId message) const {
  for (;;) {
    const auto child = std::find_if(messages_.begin(), messages_.end(), [&](const auto& entry) {
      return entry.second.parent == message;
    });
    if (child == messages_.end()) return message;
    message = SiblingsOf(child->second).back();
  }
}

const Person* Invariants::PersonOf(const PersonId& person) const {
  const auto& people = ledger_.people();
  const auto found = std::find_if(people.begin(), people.end(), [&](const Person& known) {
    return known.caller.person == person;
  });
  return found == people.end() ? nullptr : &*found;
}

void CountEnds(Ledger& ledger, Tally& tally) {
  for (const auto& turn : ledger.turns()) {
    if (!turn.end) continue;
    switch (turn.end->status) {
      case TurnStatus::kCompleted:
        ++tally.completed;
        break;
      case TurnStatus::kStopped:
        ++tally.stopped;
        break;
      case TurnStatus::kInterrupted:
        ++tally.interrupted;
        break;
      case TurnStatus::kFailed:
        ++tally.failed;
        break;
      case TurnStatus::kRunning:
        break;
    }
  }
}

}  // namespace nat
