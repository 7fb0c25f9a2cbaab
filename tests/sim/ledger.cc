#include "tests/sim/ledger.h"

#include <algorithm>
#include <utility>

#include "base/limits.h"
#include "chat/reply_events.h"

namespace nat {

Watching::Watching(Ledger& ledger, ConversationId conversation, std::set<TurnId> before)
    : ledger_(ledger), conversation_(std::move(conversation)), known_(std::move(before)) {
  ledger_.watchings().insert(this);
}

Watching::~Watching() {
  ledger_.watchings().erase(this);
}

Person& Ledger::AddPerson(bool has_cookie) {
  Person person;
  person.number = people_.size();
  person.caller = Caller{PersonId::Make(), has_cookie};
  return people_.emplace_back(std::move(person));
}

Ask& Ledger::AddAsk(std::size_t person, SendRequest request) {
  Ask ask;
  ask.number = asks_.size();
  ask.person = person;
  ask.request = std::move(request);
  return asks_.emplace_back(std::move(ask));
}

SeenTurn* Ledger::Find(const TurnId& turn) {
  const auto found = turn_numbers_.find(turn);
  return found == turn_numbers_.end() ? nullptr : &turns_[found->second];
}

SeenConversation* Ledger::Find(const ConversationId& conversation) {
  const auto found =
      std::find_if(conversations_.begin(), conversations_.end(),
                   [&](const SeenConversation& seen) { return seen.id == conversation; });
  return found == conversations_.end() ? nullptr : &*found;
}

bool Ledger::has_removals() const {
  return std::any_of(conversations_.begin(), conversations_.end(),
                     [](const SeenConversation& seen) { return seen.may_be_gone(); });
}

bool Ledger::MayBeGone(const SeenTurn& turn) {
  const auto* conversation = Find(turn.first.conversation);
  return conversation != nullptr && conversation->may_be_gone();
}

std::string Ledger::Name(const TurnId& turn) {
  const auto* seen = Find(turn);
  return seen == nullptr ? "an unknown turn" : "turn " + std::to_string(seen->number);
}

SeenTurn& Ledger::Note(const Turn& turn) {
  if (auto* seen = Find(turn.id)) {
    const auto& first = seen->first;
    trace_.Require(turn.conversation == first.conversation && turn.person == first.person &&
                       turn.user_message == first.user_message &&
                       turn.reply_message == first.reply_message,
                   "turn ", seen->number, " became another one");
    return *seen;
  }
  turn_numbers_.emplace(turn.id, turns_.size());
  auto& seen = turns_.emplace_back();
  seen.number = turns_.size() - 1;
  seen.first = turn;
  if (Find(turn.conversation) == nullptr) {
    const auto owner = std::find_if(people_.begin(), people_.end(), [&](const Person& person) {
      return person.caller.person == turn.person;
    });
    NAT_CHECK(owner != people_.end());
    SeenConversation conversation;
    conversation.id = turn.conversation;
    conversation.person = owner->number;
    conversations_.push_back(std::move(conversation));
  }
  ++world_.machine.tally.turns;
  trace_.Note("turn ", seen.number, " is there");
  return seen;
}

// Whether a message with its id has been answered, and cannot have been removed since.
bool Ledger::IsKnown(const Ask& ask) {
  return std::any_of(asks_.begin(), asks_.end(), [&](const Ask& other) {
    const bool is_same_message = ask.request.client_message_id && other.turn &&
                                 other.person == ask.person &&
                                 other.request.client_message_id == ask.request.client_message_id;
    return is_same_message && !MayBeGone(*Find(*other.turn));
  });
}

// What says something new under an id of its own fits whatever was said before.
bool Ledger::MayConflict(const Ask& ask) const {
  if (ask.request.regenerate_of || ask.request.continue_of) return true;
  return std::any_of(asks_.begin(), asks_.end(), [&](const Ask& other) {
    return &other != &ask && other.person == ask.person && ask.request.client_message_id &&
           other.request.client_message_id == ask.request.client_message_id;
  });
}

void Ledger::Answered(Ask& ask, const Result<Turn>& answer, bool was_known) {
  const bool is_known = was_known && IsKnown(ask);
  --ask.under_way;
  if (answer) {
    CheckAnswerOfRepeat(ask, *answer);
    CheckIsOfAnEndedReply(ask);
    auto& turn = Note(*answer);
    trace_.Note("ask ", ask.number, " is answered with turn ", turn.number);
    ask.turn = answer->id;
    return;
  }
  const auto code = answer.error().code;
  trace_.Note("ask ", ask.number, " is refused: ", TraitsOf(code).word, ", ",
              answer.error().message);
  if (code == ErrorCode::kCancelled) {
    ask.is_uncertain = true;
    return;
  }
  ++ask.refusals;
  if (code == ErrorCode::kTurnRunning) ++world_.machine.tally.refused_while_running;
  const bool is_final = code == ErrorCode::kConflict || code == ErrorCode::kNotFound;
  if (is_final) ask.is_given_up = true;
  // What has its turn already gets that one, or is told that the id is taken.
  if (is_known) {
    auto allowed = std::vector<ErrorCode>(1, ErrorCode::kConflict);
    // What it is about may stand in another conversation than what has its id.
    if (has_removals()) allowed.push_back(ErrorCode::kNotFound);
    Refused("a repeat", answer.error(), std::move(allowed));
    return;
  }
  std::vector<ErrorCode> allowed = {ErrorCode::kNotFound, ErrorCode::kRateLimited,
                                    ErrorCode::kTurnRunning};
  if (MayConflict(ask)) allowed.push_back(ErrorCode::kConflict);
  Refused("a send", answer.error(), std::move(allowed));
}

// The same turn for the same id, and only for the same words.
void Ledger::CheckAnswerOfRepeat(const Ask& ask, const Turn& turn) {
  if (!ask.request.client_message_id) return;
  for (const auto& other : asks_) {
    const bool is_same_message = other.person == ask.person && other.turn &&
                                 other.request.client_message_id == ask.request.client_message_id;
    if (!is_same_message) continue;
    const auto* seen = Find(*other.turn);
    if (MayBeGone(*seen)) continue;
    trace_.Require(*other.turn == turn.id, "ask ", ask.number, " repeats ask ", other.number,
                   " and got another turn than ", Name(*other.turn));
    trace_.Require(other.request.message == ask.request.message, "ask ", ask.number,
                   " was answered like ask ", other.number, ", which has other words");
  }
}

// Only what has ended can be made anew or carried on.
void Ledger::CheckIsOfAnEndedReply(const Ask& ask) {
  const auto& reply =
      ask.request.regenerate_of ? ask.request.regenerate_of : ask.request.continue_of;
  if (!reply) return;
  const auto rows = world_.machine.disk.Look("SELECT status FROM messages WHERE message_id = $1",
                                             {reply->text()});
  const bool has_ended = rows.empty() || rows.front().Text(0) != WordOf(TurnStatus::kRunning);
  trace_.Require(has_ended, "ask ", ask.number, " goes on from a reply that still runs");
}

void Ledger::Refused(std::string_view what, const Error& error, std::vector<ErrorCode> allowed) {
  if (world_.is_disturbed()) allowed.push_back(ErrorCode::kUnavailable);
  const bool is_allowed = std::find(allowed.begin(), allowed.end(), error.code) != allowed.end();
  trace_.Require(is_allowed, what, " was refused with ", TraitsOf(error.code).word, ": ",
                 error.message);
}

void Ledger::SawTurn(const Turn& turn, Floor floor, std::string_view where) {
  auto& seen = Note(turn);
  SawText(seen, turn.text, turn.last_event, floor, where);
  if (turn.status == TurnStatus::kRunning) {
    trace_.Require(!floor.has_ended, "turn ", seen.number, " runs again, says ", where);
    return;
  }
  SeenTurn::End end;
  end.status = turn.status;
  end.problem = turn.problem;
  end.last_event = turn.last_event;
  SawEnd(seen, std::move(end), where);
  if (MayBeGone(seen)) return;
  trace_.Require(turn.text == seen.text, "turn ", seen.number, " ended with other text, says ",
                 where, ": ", turn.text);
}

void Ledger::SawReply(const Message& reply, Floor floor) {
  auto* seen = Find(reply.turn);
  if (seen == nullptr || !reply.status) return;
  // A page that is read while its conversation is removed may tell of what it does not find.
  if (MayBeGone(*seen)) floor = Floor();
  SawText(*seen, reply.text, floor.last_event, floor, "a page");
  if (*reply.status == TurnStatus::kRunning) {
    trace_.Require(!floor.has_ended, "turn ", seen->number, " runs again, says a page");
    return;
  }
  trace_.Require(!seen->end || seen->end->status == *reply.status, "turn ", seen->number,
                 " has ended as ", WordOf(*reply.status), ", says a page");
  trace_.Require(reply.text.size() >= seen->text.size() || MayBeGone(*seen), "turn ", seen->number,
                 " ended with less text than was shown, says a page");
}

// What is shown is always a beginning of what will be, and never less than before.
void Ledger::SawText(SeenTurn& turn, const std::string& text, std::uint64_t last_event, Floor floor,
                     std::string_view where) {
  for (const auto* before : {&turn.text, &turn.before_cut}) {
    const bool is_same = before->starts_with(text) || text.starts_with(*before);
    trace_.Require(is_same, "turn ", turn.number, " shows other text in ", where, ": ", text, " | ",
                   *before);
  }
  trace_.Require(text.size() >= floor.text_bytes && last_event >= floor.last_event, "turn ",
                 turn.number, " shrank from ", floor.text_bytes, " bytes and event ",
                 floor.last_event, " to ", text.size(), " and ", last_event, " in ", where);
  const auto known = turn.floor();
  const bool has_grown = text.size() > known.text_bytes || last_event > known.last_event;
  if (text.size() > turn.text.size()) {
    trace_.Require(!turn.end || !turn.end->is_stored || MayBeGone(turn), "turn ", turn.number,
                   " grew after its end in ", where);
    turn.text = text;
  }
  if (!has_grown) return;
  Floor grown;
  grown.text_bytes = std::max(text.size(), known.text_bytes);
  grown.last_event = std::max(last_event, known.last_event);
  grown.has_ended = known.has_ended;
  turn.growth.push_back(SeenTurn::Growth{world_.clock.SteadyNow(), grown});
}

void Ledger::SawEnd(SeenTurn& turn, SeenTurn::End end, std::string_view where) {
  if (turn.end) {
    trace_.Require(turn.end->status == end.status && turn.end->problem == end.problem, "turn ",
                   turn.number, " has another end in ", where, ": ", WordOf(end.status), " ",
                   end.problem, " after ", WordOf(turn.end->status), " ", turn.end->problem);
    trace_.Require(turn.end->last_event == end.last_event || MayBeGone(turn), "turn ", turn.number,
                   " ended with event ", end.last_event, " in ", where, " and with ",
                   turn.end->last_event, " elsewhere");
    return;
  }
  CheckEndIsStored(turn, end);
  trace_.Note("turn ", turn.number, " ended as ", WordOf(end.status), " ", end.problem, " with ",
              turn.text.size(), " bytes, in ", where);
  auto floor = turn.floor();
  floor.has_ended = true;
  turn.growth.push_back(SeenTurn::Growth{world_.clock.SteadyNow(), floor});
  turn.end = std::move(end);
}

// `done` comes once the reply is durable. Where the disk did not take it, nobody is told more than
// that the reply was broken off.
void Ledger::CheckEndIsStored(SeenTurn& turn, SeenTurn::End& end) {
  const auto rows = world_.machine.disk.Look("SELECT status FROM turns WHERE turn_id = $1",
                                             {turn.first.id.text()});
  if (rows.empty()) {
    trace_.Require(MayBeGone(turn), "turn ", turn.number, " is not in the store");
    return;
  }
  const auto& stored = rows.front().Text(0);
  end.is_stored = stored == WordOf(end.status);
  const bool says_no_more = end.status == TurnStatus::kInterrupted &&
                            end.problem == TraitsOf(ErrorCode::kUnavailable).word;
  const bool is_excused =
      stored == WordOf(TurnStatus::kRunning) && says_no_more && world_.had_disk_faults;
  trace_.Require(end.is_stored || is_excused, "turn ", turn.number, " is said to have ended as ",
                 WordOf(end.status), " and is stored as ", stored);
}

std::optional<std::string> Ledger::TextUpTo(const SeenTurn& turn, std::uint64_t number) const {
  std::string text;
  for (std::uint64_t at = 1; at <= number; ++at) {
    const auto event = turn.events.find(at);
    if (event == turn.events.end()) return std::nullopt;
    text += TextOfEvent(event->second);
  }
  return text;
}

void Ledger::ProcessEnded() {
  for (auto& ask : asks_) {
    if (ask.under_way > 0) ask.is_uncertain = true;
    ask.under_way = 0;
  }
}

void Ledger::PowerCut() {
  const auto safe_until = world_.clock.SteadyNow() - limits::kRelaxedFlushLag;
  for (auto& turn : turns_) {
    if (turn.end && turn.end->is_stored) continue;
    // An end that nobody stored was told, and is not promised.
    const auto last_event = turn.end ? turn.end->last_event - 1 : turn.floor().last_event;
    turn.end.reset();
    while (!turn.growth.empty() && turn.growth.back().at > safe_until) turn.growth.pop_back();
    for (auto& growth : turn.growth) {
      growth.floor.has_ended = false;
      growth.floor.last_event = std::min(growth.floor.last_event, last_event);
    }
    turn.before_cut = std::max(turn.before_cut, turn.text);
    turn.text.resize(turn.floor().text_bytes);
    turn.events.erase(turn.events.upper_bound(turn.floor().last_event), turn.events.end());
  }
}

}  // namespace nat
