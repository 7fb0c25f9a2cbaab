#include "tests/support/turn_witness.h"

#include <boost/json/serialize.hpp>

#include "tests/support/letters.h"

namespace nat::testing {
namespace {

std::string Described(const PeerEvent& event) {
  return event.name + " " + std::to_string(event.number) + " " + json::serialize(event.fields);
}

bool IsText(const PeerEvent& event) {
  return event.name == "text";
}

}  // namespace

void TurnWitness::Connect(std::uint64_t after) {
  cursor_ = after;
  is_connection_done_ = false;
}

void TurnWitness::See(const PeerEvent& event) {
  ++events_seen_;
  if (is_connection_done_) Blame("after done: " + Described(event));
  CheckNumber(event);
  const bool is_known = event.number <= last_number();
  cursor_ = std::max(cursor_, event.number);
  if (event.name == "done") is_connection_done_ = true;
  if (is_known) {
    SeeAgain(event);
  } else {
    SeeNew(event);
  }
}

// 1, 2, 3 ... without a gap; a snapshot may stand for all up to its number. A reply without text
// has none, so its end may follow the first event at once.
void TurnWitness::CheckNumber(const PeerEvent& event) {
  if ((event.number == 1) != (event.name == "turn")) Blame("not the first: " + Described(event));
  if (event.number <= cursor_) {
    Blame("again: " + Described(event));
    if (IsText(event)) doubled_ += CountLetters(TextAt(event.fields, "text"));
    return;
  }
  const bool may_jump = event.name == "snapshot" || (event.name == "done" && text_.empty());
  if (event.number > cursor_ + 1 && !may_jump) {
    Blame("a gap after " + std::to_string(cursor_) + ": " + Described(event));
  }
}

// What was seen stands: the same number is the same event, or the snapshot that holds its text.
void TurnWitness::SeeAgain(const PeerEvent& event) {
  if (event.name == "snapshot") return SeeSnapshot(TextAt(event.fields, "text"));
  if (event.name == "done") NoteEnd(TextAt(event.fields, "status"));
  const auto known = events_.find(event.number);
  if (known == events_.end()) return Blame("a number that was passed over: " + Described(event));
  const auto& before = known->second;
  if (before.name == event.name && before.fields == event.fields) return;
  Blame("was " + Described(before) + " and is " + Described(event));
  if (!IsText(before)) return;
  CountDifference(TextAt(before.fields, "text"), TextAt(event.fields, "text"), "an event");
}

void TurnWitness::SeeNew(const PeerEvent& event) {
  if (has_seen_done_) Blame("beyond the end: " + Described(event));
  events_[event.number] = event;
  if (event.name == "turn") {
    Acknowledge(TextAt(event.fields, "turn_id"));
    Note(conversation_id_, TextAt(event.fields, "conversation_id"), "conversation");
    Note(message_id_, TextAt(event.fields, "message_id"), "reply");
  } else if (IsText(event)) {
    text_ += TextAt(event.fields, "text");
  } else if (event.name == "snapshot") {
    SeeSnapshot(TextAt(event.fields, "text"));
  } else if (event.name == "done") {
    has_seen_done_ = true;
    Note(message_id_, TextAt(event.fields, "message_id"), "reply");
    NoteEnd(TextAt(event.fields, "status"));
  }
}

void TurnWitness::SeeSnapshot(const std::string& text) {
  SeeWholeText(text, "a snapshot");
  if (text.size() > text_.size()) text_ = text;
}

void TurnWitness::SeeTurn(const json::object& turn) {
  Acknowledge(TextAt(turn, "turn_id"));
  Note(conversation_id_, TextAt(turn, "conversation_id"), "conversation");
  Note(message_id_, TextAt(turn, "message_id"), "reply");
  const auto text = TextAt(turn, "text");
  SeeWholeText(text, "the turn (" + TextAt(turn, "status") + ")");
  if (text.size() > polled_.size()) polled_ = text;
  NoteEnd(TextAt(turn, "status"));
}

// Shown text never shrinks, and never changes.
void TurnWitness::SeeWholeText(const std::string& text, const std::string& where) {
  for (const auto* before : {&text_, &polled_}) {
    if (text.starts_with(*before)) continue;
    if (text.size() < before->size()) ++shrunk_;
    CountDifference(*before, text, where);
    return;
  }
}

void TurnWitness::Acknowledge(const std::string& turn_id) {
  Note(turn_id_, turn_id, "turn");
}

void TurnWitness::CompareWith(const json::object& turn, const json::object& message) {
  SeeTurn(turn);
  const auto status = TextAt(turn, "status");
  if (status == "running" || status.empty()) Blame("it has no end");
  if (TextAt(message, "status") != status) {
    Blame("its turn is " + status + " and its message is " + TextAt(message, "status"));
  }
  NoteEnd(TextAt(message, "status"));
  const auto stored = TextAt(message, "text");
  const auto text = TextAt(turn, "text");
  if (text != stored) CountDifference(text, stored, "turn and message");
  SeeWholeText(stored, "the message");
  if (has_seen_done_ && text_ != stored) CountDifference(stored, text_, "what was done");
  const auto expected = status == "completed" ? whole_ : whole_.substr(0, stored.size());
  if (expected != stored) CountDifference(expected, stored, "what the model said");
}

void TurnWitness::CountDifference(const std::string& expected, const std::string& actual,
                                  const std::string& where) {
  const auto difference = Compare(expected, actual);
  lost_ += difference.lost;
  // Where a text is only longer than what is known of it, nothing is twice.
  const bool is_longer = actual.starts_with(expected);
  if (!is_longer || where == "what the model said") doubled_ += difference.doubled;
  Blame(where + ": expected \"" + expected + "\", got \"" + actual + "\"");
}

void TurnWitness::Note(std::string& known, const std::string& told, const std::string& what) {
  if (known.empty()) known = told;
  if (known != told) Blame("another " + what + ": " + known + ", " + told);
}

void TurnWitness::NoteEnd(const std::string& status) {
  if (status.empty() || status == "running") return;
  ends_.insert(status);
  if (ends_.size() > 1) Blame("a second end: " + status);
}

}  // namespace nat::testing
