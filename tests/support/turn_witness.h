// What one client has seen of one turn, over all its connections, and what was wrong with it: a gap
// in the numbers, an event twice, a text that is no continuation of the one before, a second end.
// It knows nothing of the service but the contract.
//
//   TurnWitness witness(voice.ReplyTo(words));
//   witness.Connect(0);
//   while (auto event = stream.Next()) witness.See(*event);
//   witness.CompareWith(turn, message);   // what the store has in the end
//   EXPECT_THAT(witness.wrongs(), IsEmpty());
#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <set>
#include <string>
#include <vector>

#include "tests/support/http_peer.h"

namespace nat::testing {

class TurnWitness {
 public:
  // `whole` is what the model says to its end.
  explicit TurnWitness(std::string whole) : whole_(std::move(whole)) {}

  // A connection begins that was asked for the events after this number.
  void Connect(std::uint64_t after);
  void See(const PeerEvent& event);
  // The answer to "what is this turn now", asked after everything before was seen.
  void SeeTurn(const json::object& turn);
  // The turn that the service has acknowledged.
  void Acknowledge(const std::string& turn_id);
  // What the store has once everything is over: the turn, and its reply among the messages.
  void CompareWith(const json::object& turn, const json::object& message);
  // Something that whoever drives this client found.
  void Blame(std::string wrong) { wrongs_.push_back(std::move(wrong)); }

  const std::string& whole() const { return whole_; }
  bool is_acknowledged() const { return !turn_id_.empty(); }
  const std::string& turn_id() const { return turn_id_; }
  const std::string& conversation_id() const { return conversation_id_; }
  const std::string& message_id() const { return message_id_; }  // of the reply
  // The number of the last event that was seen.
  std::uint64_t last_number() const { return events_.empty() ? 0 : events_.rbegin()->first; }
  // The longest text that a person has seen of the reply.
  const std::string& shown() const { return text_.size() >= polled_.size() ? text_ : polled_; }
  // Whether the client knows that the turn has ended.
  bool has_ended() const { return !ends_.empty(); }
  // Every final status that was ever told; more than one is wrong.
  const std::set<std::string>& ends() const { return ends_; }
  bool has_one_end() const { return ends_.size() == 1; }

  std::size_t events_seen() const { return events_seen_; }
  std::size_t lost() const { return lost_; }        // characters
  std::size_t doubled() const { return doubled_; }  // characters
  std::size_t shrunk() const { return shrunk_; }    // times that a text was shorter than before
  const std::vector<std::string>& wrongs() const { return wrongs_; }

 private:
  void SeeAgain(const PeerEvent& event);
  void SeeNew(const PeerEvent& event);
  void SeeSnapshot(const std::string& text);
  void CheckNumber(const PeerEvent& event);
  void SeeWholeText(const std::string& text, const std::string& where);
  void CountDifference(const std::string& expected, const std::string& actual,
                       const std::string& where);
  void Note(std::string& known, const std::string& told, const std::string& what);
  void NoteEnd(const std::string& status);

  std::string whole_;
  std::string turn_id_;
  std::string conversation_id_;
  std::string message_id_;
  std::map<std::uint64_t, PeerEvent> events_;  // by their numbers
  std::uint64_t cursor_ = 0;                   // the last number of this connection
  bool is_connection_done_ = false;
  bool has_seen_done_ = false;
  std::string text_;    // as the events put it together
  std::string polled_;  // as the turn was last given as a whole
  std::set<std::string> ends_;
  std::size_t events_seen_ = 0;
  std::size_t lost_ = 0;
  std::size_t doubled_ = 0;
  std::size_t shrunk_ = 0;
  std::vector<std::string> wrongs_;
};

}  // namespace nat::testing
