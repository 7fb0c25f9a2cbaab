// The part of the ledger that reads the events of a reply.
#include <string>
#include <utility>

#include "base/json.h"
#include "chat/reply_events.h"
#include "tests/sim/ledger.h"

namespace nat {
namespace {

std::string TextField(const std::string& payload) {
  auto fields = ParseJsonObject(payload, "an event");
  if (!fields) return {};
  auto text = JsonReader(*fields).RequiredText("text");
  return text ? std::move(*text) : std::string();
}

}  // namespace

void Ledger::SawRead(Reading& reading, const ReplyReader::Read& read) {
  auto* turn = Find(reading.turn);
  NAT_CHECK(turn != nullptr);
  for (const auto& event : read.events) SawEvent(reading, *turn, event);
  if (!read.is_end) return;
  const bool has_all = reading.has_done || (turn->end && reading.after >= turn->end->last_event);
  trace_.Require(has_all, "a reader of turn ", turn->number, " was sent away without `done`");
}

void Ledger::SawEvent(Reading& reading, SeenTurn& turn, const ReplyEvent& event) {
  ++world_.machine.tally.events;
  trace_.Note("event ", event.number, " ", event.name, " of turn ", turn.number);
  CheckNumber(reading, turn, event);
  const bool is_new = !turn.events.contains(event.number);
  if (event.name == kSnapshotEvent) {
    ++world_.machine.tally.snapshots;
    const auto whole = TextField(event.payload);
    trace_.Require(whole.starts_with(reading.text), "a snapshot of turn ", turn.number,
                   " takes back what its reader had");
    reading.text = whole;
    reading.has_snapshot = true;
  } else {
    if (is_new && !reading.has_snapshot) CheckIsStored(turn, event);
    CheckSameAsOthers(turn, event);
  }
  if (event.name == kTextEvent) reading.text += TextField(event.payload);
  reading.after = event.number;
  SawText(turn, reading.text, event.number, Floor(), "an event");
  if (event.name == kDoneEvent) {
    SawDone(turn, event);
    reading.has_done = true;
    trace_.Require(reading.text == turn.text || MayBeGone(turn), "a reader of turn ", turn.number,
                   " has at its end: ", reading.text, " | and others: ", turn.text);
  }
}

// 1, 2, 3 ... without a gap; where the store answers, the snapshot stands for what is left out.
void Ledger::CheckNumber(const Reading& reading, const SeenTurn& turn, const ReplyEvent& event) {
  trace_.Require(!reading.has_done, "event ", event.number, " of turn ", turn.number,
                 " after its end");
  const bool is_first = event.number == 1;
  trace_.Require(is_first == (event.name == kTurnEvent), "event ", event.number, " of turn ",
                 turn.number, " is ", event.name);
  const bool follows = event.number == reading.after + 1;
  const bool may_leave_out = event.name == kSnapshotEvent || event.name == kDoneEvent;
  trace_.Require(follows || (may_leave_out && event.number > reading.after), "event ", event.number,
                 " of turn ", turn.number, " after event ", reading.after);
  // What is left out before `done` held no text: the reader still has all of it.
}

// Nobody sees what a kill of the process could undo (DESIGN 4.2, step 7).
void Ledger::CheckIsStored(SeenTurn& turn, const ReplyEvent& event) {
  const auto rows = world_.machine.disk.Look(
      "SELECT t.status, (SELECT count(*) FROM reply_events e "
      "WHERE e.turn_id = t.turn_id AND e.event_number = $2) FROM turns t WHERE t.turn_id = $1",
      {turn.first.id.text(), static_cast<std::int64_t>(event.number)});
  if (rows.empty()) {
    trace_.Require(MayBeGone(turn), "turn ", turn.number, " is not in the store");
    return;
  }
  if (event.number == 1 || event.name == kDoneEvent) return;
  const bool has_ended = rows.front().Text(0) != WordOf(TurnStatus::kRunning);
  trace_.Require(has_ended || rows.front().Integer(1) == 1, "event ", event.number, " of turn ",
                 turn.number, " was shown and is not stored");
}

void Ledger::CheckSameAsOthers(SeenTurn& turn, const ReplyEvent& event) {
  const auto [known, is_new] = turn.events.emplace(event.number, event);
  if (is_new) return;
  const auto& other = known->second;
  // What is said of an end that could not be stored may lack who had answered.
  const bool is_excused = event.name == kDoneEvent && turn.end && !turn.end->is_stored;
  trace_.Require(event.name == other.name && (event.payload == other.payload || is_excused),
                 "event ", event.number, " of turn ", turn.number, " is ", event.name, " ",
                 event.payload, " | for others ", other.name, " ", other.payload);
}

void Ledger::SawDone(SeenTurn& turn, const ReplyEvent& event) {
  auto fields = ParseJsonObject(event.payload, "an event");
  if (!trace_.Require(fields.has_value(), "the end of turn ", turn.number, " cannot be read")) {
    return;
  }
  SeenTurn::End end;
  auto status = JsonReader(*fields).RequiredText("status");
  const bool has_status = status && *status != WordOf(TurnStatus::kRunning);
  if (!trace_.Require(has_status, "turn ", turn.number, " ended without an end")) return;
  end.status = TurnStatusFromWord(*status);
  end.last_event = event.number;
  if (const auto* problem = fields->if_contains("problem")) {
    end.problem = std::string(problem->as_object().at("code").as_string());
  }
  SawEnd(turn, std::move(end), "an event");
}

}  // namespace nat
