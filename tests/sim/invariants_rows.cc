// The part of the invariants that looks at the rows of the database, past everything that reads and
// opens them for people.
#include <algorithm>
#include <utility>

#include "chat/sealed_columns.h"
#include "tests/sim/history.h"
#include "tests/sim/invariants.h"

namespace nat {

void Invariants::ReadRows() {
  auto& disk = world_.machine.disk;
  turns_.clear();
  for (const auto& row :
       disk.Look("SELECT turn_id, conversation_id, person_id, client_message_id, user_message_id, "
                 "reply_message_id, status, last_event FROM turns ORDER BY rowid")) {
    TurnRow turn;
    turn.id = ReadId<TurnId>(row, 0);
    turn.conversation = ReadId<ConversationId>(row, 1);
    turn.person = ReadId<PersonId>(row, 2);
    turn.client_message_id = row.OptionalText(3).value_or("");
    turn.user_message = ReadId<MessageId>(row, 4);
    turn.reply_message = ReadId<MessageId>(row, 5);
    turn.status = row.Text(6);
    turn.last_event = static_cast<std::uint64_t>(row.Integer(7));
    turns_.push_back(std::move(turn));
  }
  messages_.clear();
  for (const auto& row :
       disk.Look("SELECT message_id, conversation_id, parent_id, turn_id, role, status, created_at "
                 "FROM messages")) {
    MessageRow message;
    message.id = ReadId<MessageId>(row, 0);
    message.conversation = ReadId<ConversationId>(row, 1);
    message.parent = ReadId<MessageId>(row, 2);
    message.turn = ReadId<TurnId>(row, 3);
    message.role = RoleFromWord(row.Text(4));
    message.status = row.OptionalText(5).value_or("");
    message.created_at = row.Integer(6);
    messages_[message.id] = message;
  }
  leaves_.clear();
  for (const auto& row : disk.Look("SELECT conversation_id, leaf_message_id FROM conversations")) {
    leaves_[ReadId<ConversationId>(row, 0)] = ReadId<MessageId>(row, 1);
  }
}

void Invariants::CheckRows() {
  ReadRows();
  auto& disk = world_.machine.disk;
  trace_.Require(disk.Look("SELECT count(*) FROM reply_events").front().Integer(0) == 0,
                 "events of replies are left in the store");
  trace_.Require(!disk.HoldsBytes(kSaidMark) && !disk.HoldsBytes(kReplyMark),
                 "a text stands readable in the database file");
  trace_.Require(world_.providers.most_at_once <= 1, world_.providers.most_at_once,
                 " replies were made at once in one conversation");
  CheckAsks();
  scripts_.clear();
  std::map<ConversationId, MessageId> leaves;
  std::size_t replies = 0;
  std::size_t said = 0;
  for (const auto& turn : turns_) {
    CheckTurnRow(turn);
    CheckPlace(turn, leaves[turn.conversation]);
    CheckReply(turn);
    leaves[turn.conversation] = turn.reply_message;
  }
  for (const auto& [id, message] : messages_) {
    ++(message.role == Role::kAssistant ? replies : said);
  }
  trace_.Require(replies == turns_.size(), replies, " replies of ", turns_.size(), " turns");
  for (const auto& [conversation, leaf] : leaves_) {
    const auto* seen = ledger_.Find(conversation);
    const bool is_free = seen != nullptr && seen->is_path_chosen && IsReply(leaf);
    trace_.Require(leaves[conversation] == leaf || is_free,
                   "an active path does not end in the newest reply");
  }
}

void Invariants::CheckWatches() {
  for (const auto* watching : ledger_.watchings()) {
    for (const auto& turn : turns_) {
      if (turn.conversation != watching->conversation()) continue;
      trace_.Require(watching->Knows(turn.id), "a watch was not told of ", ledger_.Name(turn.id));
    }
  }
}

// Every answer that somebody got stands for a turn that is there.
void Invariants::CheckAsks() {
  for (const auto& ask : ledger_.asks()) {
    const auto& person = ledger_.people()[ask.person].caller.person;
    const auto stored = std::count_if(turns_.begin(), turns_.end(), [&](const TurnRow& turn) {
      return turn.person == person && !turn.client_message_id.empty() &&
             turn.client_message_id == ask.request.client_message_id;
    });
    trace_.Require(stored <= 1, stored, " turns of ask ", ask.number);
    if (ask.turn) {
      const bool is_there = std::any_of(turns_.begin(), turns_.end(),
                                        [&](const TurnRow& turn) { return turn.id == *ask.turn; });
      const auto* seen = ledger_.Find(*ask.turn);
      trace_.Require(is_there != (ledger_.Find(seen->first.conversation)->removal ==
                                  SeenConversation::Removal::kIsGone) ||
                         ledger_.MayBeGone(*seen),
                     "ask ", ask.number, " was answered, and its turn is not stored");
      continue;
    }
    const bool has_other =
        std::any_of(ledger_.asks().begin(), ledger_.asks().end(), [&](const Ask& other) {
          return &other != &ask && other.person == ask.person &&
                 other.request.client_message_id == ask.request.client_message_id;
        });
    const bool was_refused = ask.refusals > 0 && !ask.is_uncertain && !has_other;
    trace_.Require(!was_refused || stored == 0 || !ask.request.client_message_id, "ask ",
                   ask.number, " was refused and is stored");
  }
}

void Invariants::CheckTurnRow(const TurnRow& turn) {
  const auto* seen = ledger_.Find(turn.id);
  if (!trace_.Require(seen != nullptr && seen->end, "a turn that nobody saw the end of")) return;
  trace_.Require(turn.status == WordOf(seen->end->status), "turn ", seen->number, " is stored as ",
                 turn.status, " and ended as ", WordOf(seen->end->status));
  trace_.Require(turn.last_event == seen->end->last_event, "turn ", seen->number,
                 " is stored with event ", turn.last_event, " and ended with ",
                 seen->end->last_event);
  const auto reply = messages_.find(turn.reply_message);
  const bool has_reply = reply != messages_.end() && reply->second.role == Role::kAssistant &&
                         reply->second.turn == turn.id && reply->second.status == turn.status;
  trace_.Require(has_reply, "turn ", seen->number, " has no reply that belongs to it");
  const auto said = messages_.find(turn.user_message);
  trace_.Require(said != messages_.end() && said->second.role == Role::kUser, "turn ", seen->number,
                 " has no message");
}

// Where its messages stand, by what was asked and where the active path ended.
void Invariants::CheckPlace(const TurnRow& turn, const MessageId& leaf) {
  const auto* ask = AskOf(turn);
  const auto reply = messages_.find(turn.reply_message);
  const auto said = messages_.find(turn.user_message);
  if (ask == nullptr || reply == messages_.end() || said == messages_.end()) return;
  const auto& request = ask->request;
  bool is_right = false;
  if (request.continue_of) {
    is_right = reply->second.parent == PlaceOfContinuation(*request.continue_of);
  } else if (request.regenerate_of) {
    is_right = reply->second.parent == PlaceOfAnother(*request.regenerate_of);
  } else {
    const auto parent = request.edit_of ? ParentOf(*request.edit_of) : leaf;
    // Where somebody chose another path, the active one may have ended in any reply.
    const bool is_free = !request.edit_of && ledger_.Find(turn.conversation)->is_path_chosen &&
                         IsReply(said->second.parent);
    is_right = said->second.turn == turn.id && (said->second.parent == parent || is_free) &&
               reply->second.parent == turn.user_message;
  }
  trace_.Require(is_right, ledger_.Name(turn.id), " stands in the wrong place");
}

// What is made anew stands beside the old one, what is carried on below it; where nothing was said,
// there is nothing to carry on from.
MessageId Invariants::PlaceOfAnother(const MessageId& reply) const {
  const auto parent = ParentOf(reply);
  return IsReply(parent) ? PlaceOfContinuation(parent) : parent;
}

MessageId Invariants::PlaceOfContinuation(const MessageId& reply) const {
  const auto row = messages_.find(reply);
  if (row == messages_.end()) return {};
  const auto* seen = ledger_.Find(row->second.turn);
  const bool has_text = seen != nullptr && !seen->text.empty();
  return has_text ? reply : PlaceOfAnother(reply);
}

MessageId Invariants::ParentOf(const MessageId& message) const {
  const auto row = messages_.find(message);
  return row == messages_.end() ? MessageId() : row->second.parent;
}

bool Invariants::IsReply(const MessageId& message) const {
  const auto row = messages_.find(message);
  return row != messages_.end() && row->second.role == Role::kAssistant;
}

// A reply is what one provider said, from its beginning on, and nobody else's.
void Invariants::CheckReply(const TurnRow& turn) {
  const auto* seen = ledger_.Find(turn.id);
  if (seen == nullptr || !seen->end) return;
  const bool is_complete = seen->end->status == TurnStatus::kCompleted;
  // A stream may also end after its first words and before there is a whole segment of them.
  const bool may_fail =
      world_.had_disk_faults || world_.had_drain || world_.providers.mood.ends_badly > 0;
  trace_.Require(seen->end->status != TurnStatus::kFailed || may_fail, "turn ", seen->number,
                 " failed, though there is always somebody who answers: ", seen->end->problem);
  CheckWasTried(turn, *seen);
  // Somebody who goes away changes nothing for the turn.
  const bool is_cut = seen->end->problem == TraitsOf(ErrorCode::kUnavailable).word;
  trace_.Require(!is_cut || world_.had_disk_faults || world_.had_end, "turn ", seen->number,
                 " ended as if the service had, and it had not");
  if (seen->text.empty()) {
    trace_.Require(!is_complete, "turn ", seen->number, " is complete and empty");
    return;
  }
  trace_.Require(seen->text.find(kHiddenMark) == std::string::npos, "turn ", seen->number,
                 " shows what was to be hidden");
  const auto* script = world_.providers.scripts.Of(seen->text);
  if (!trace_.Require(script != nullptr, "turn ", seen->number,
                      " shows what nobody said: ", seen->text)) {
    return;
  }
  trace_.Require(is_complete ? seen->text == script->text : script->text.starts_with(seen->text),
                 "turn ", seen->number, " shows: ", seen->text, " | and was told: ", script->text);
  const bool is_alone = scripts_.emplace(script->number, turn.id).second;
  trace_.Require(is_alone, "turn ", seen->number, " shows the reply of another one");
  const auto* ask = AskOf(turn);
  if (ask != nullptr) CheckWhatTheModelWasTold(turn, *ask, script->number);
}

// No turn runs out of time while it waits for others.
void Invariants::CheckWasTried(const TurnRow& turn, const SeenTurn& seen) {
  const auto* ask = AskOf(turn);
  const bool is_late = seen.end->problem == TraitsOf(ErrorCode::kTimeout).word;
  if (!is_late || ask == nullptr || ask->request.message.empty()) return;
  const auto& askings = world_.providers.askings;
  const bool was_tried = std::any_of(askings.begin(), askings.end(), [&](const auto& entry) {
    return entry.second.words == ask->request.message;
  });
  trace_.Require(was_tried, "turn ", seen.number, " ran out of time before anyone was asked");
}

void Invariants::CheckWhatTheModelWasTold(const TurnRow& turn, const Ask& ask, std::size_t script) {
  const auto& asking = world_.providers.askings.at(script);
  const auto name = ledger_.Name(turn.id);
  trace_.Require(asking.conversation == turn.conversation.text(), name,
                 " was asked for another conversation");
  const auto& reply = messages_.at(turn.reply_message);
  const bool is_continuation = IsReply(reply.parent);
  trace_.Require(asking.is_continuation == is_continuation, name, " was carried on or was not");
  const bool is_new = !ask.request.continue_of && !ask.request.regenerate_of;
  trace_.Require(!is_new || asking.words == ask.request.message, name,
                 " answers other words: ", asking.words);
  // What a failing disk did not store when it was said may have been stored later.
  if (world_.had_disk_faults) return;
  const auto text_before = TextBefore(reply.id);
  // One that fills the context alone is left out of it.
  if (text_before.size() > limits::kReadEventsBytesMax) return;
  trace_.Require(asking.reply_before == text_before, name,
                 " was made after another reply than the one before it: ", asking.reply_before);
}

// The newest reply with text on the path to a message.
std::string Invariants::TextBefore(MessageId message) const {
  for (;;) {
    const auto row = messages_.find(message);
    if (row == messages_.end()) return {};
    message = row->second.parent;
    const auto parent = messages_.find(message);
    if (parent == messages_.end()) return {};
    if (parent->second.role != Role::kAssistant) continue;
    const auto* seen = ledger_.Find(parent->second.turn);
    if (seen != nullptr && !seen->text.empty()) return seen->text;
  }
}

const Ask* Invariants::AskOf(const TurnRow& turn) const {
  const Ask* by_id = nullptr;
  std::size_t same_id = 0;
  for (const auto& ask : ledger_.asks()) {
    if (ask.turn == turn.id) return &ask;
    const bool is_same = ask.request.client_message_id &&
                         *ask.request.client_message_id == turn.client_message_id &&
                         ledger_.people()[ask.person].caller.person == turn.person;
    if (!is_same) continue;
    ++same_id;
    by_id = &ask;
  }
  // Of several with the same id only an answer tells which one it was.
  return same_id == 1 ? by_id : nullptr;
}

}  // namespace nat
