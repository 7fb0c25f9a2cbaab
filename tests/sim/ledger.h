// What people know: what they asked for, what they were told, and all that was ever shown to them.
// Whatever they are shown next is held against it at once; the invariants of ARCHITECTURE.md are
// checked here, event by event.
#pragma once

#include <cstdint>
#include <deque>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "chat/reply_reader.h"
#include "chat/turn_opening.h"
#include "tests/sim/sim_world.h"

namespace nat {

struct Person {
  std::size_t number = 0;
  Caller caller;
  std::size_t client_ids = 0;  // how many it has given to its messages
};

// Something that a person wants, in an outbox until there is an answer.
struct Ask {
  std::size_t number = 0;
  std::size_t person = 0;
  SendRequest request;
  std::size_t under_way = 0;   // requests that are not answered yet
  std::size_t refusals = 0;    // each says that nothing was stored
  bool is_uncertain = false;   // a request of it was cut off, and nobody knows
  bool is_given_up = false;    // the answer is no, and will stay so
  std::optional<TurnId> turn;  // the answer
};

struct SeenConversation {
  enum class Removal { kIsThere, kIsAsked, kIsGone };

  ConversationId id;
  std::size_t person = 0;
  Removal removal = Removal::kIsThere;
  bool is_path_chosen = false;  // or may have been: somebody asked for it

  bool may_be_gone() const { return removal != Removal::kIsThere; }
};

// What nobody may be shown less of, from a certain moment on.
struct Floor {
  std::size_t text_bytes = 0;
  std::uint64_t last_event = 0;
  bool has_ended = false;
};

struct SeenTurn {
  struct End {
    TurnStatus status = TurnStatus::kRunning;
    std::string problem;
    std::uint64_t last_event = 0;
    bool is_stored = false;  // else the disk did not take it, and it may be told again otherwise
  };
  // When more of it was shown than before.
  struct Growth {
    SteadyTime at;
    Floor floor;
  };

  std::size_t number = 0;
  Turn first;              // as it was first seen
  std::string text;        // the longest that was ever shown and is still promised
  std::string before_cut;  // the longest that was shown before a power cut took some of it
  std::map<std::uint64_t, ReplyEvent> events;
  std::vector<Growth> growth;
  std::optional<End> end;

  Floor floor() const { return growth.empty() ? Floor() : growth.back().floor; }
};

// One reader of one reply, and what it has been given.
struct Reading {
  TurnId turn;
  std::uint64_t after = 0;  // the number of the last event that it has
  std::string text;
  bool has_snapshot = false;
  bool has_done = false;
};

class Ledger;

// Somebody who is told of every turn that begins in a conversation, for as long as this stands.
class Watching {
 public:
  // `before` are the turns that are stored already.
  Watching(Ledger& ledger, ConversationId conversation, std::set<TurnId> before);
  ~Watching();
  Watching(const Watching&) = delete;
  Watching& operator=(const Watching&) = delete;

  void Told(const TurnId& turn) { known_.insert(turn); }
  bool Knows(const TurnId& turn) const { return known_.contains(turn); }
  const ConversationId& conversation() const { return conversation_; }

 private:
  Ledger& ledger_;
  ConversationId conversation_;
  std::set<TurnId> known_;
};

class Ledger {
 public:
  explicit Ledger(SimWorld& world) : world_(world), trace_(world.trace) {}

  Person& AddPerson(bool has_cookie);
  Ask& AddAsk(std::size_t person, SendRequest request);

  std::vector<Person>& people() { return people_; }
  std::deque<Ask>& asks() { return asks_; }
  std::vector<SeenConversation>& conversations() { return conversations_; }
  // In the order in which they were first seen.
  std::deque<SeenTurn>& turns() { return turns_; }
  std::set<Watching*>& watchings() { return watchings_; }
  SeenTurn* Find(const TurnId& turn);
  SeenConversation* Find(const ConversationId& conversation);
  bool MayBeGone(const SeenTurn& turn);
  bool has_removals() const;
  // The number of the turn, for the trace.
  std::string Name(const TurnId& turn);

  bool IsKnown(const Ask& ask);
  // An answer to a send; `was_known` is what IsKnown said when it was asked.
  void Answered(Ask& ask, const Result<Turn>& answer, bool was_known);
  // A turn as any call gives it; `floor` is what it had when the call began.
  void SawTurn(const Turn& turn, Floor floor, std::string_view where);
  // A reply on a page.
  void SawReply(const Message& reply, Floor floor);
  void SawRead(Reading& reading, const ReplyReader::Read& read);
  // A request that was refused, though nothing was wrong with it. What may be the reason besides
  // a failing disk is `allowed`.
  void Refused(std::string_view what, const Error& error, std::vector<ErrorCode> allowed);

  // The text of the events up to `number`; nothing where they are not all known.
  std::optional<std::string> TextUpTo(const SeenTurn& turn, std::uint64_t number) const;

  // The process has ended: nobody gets an answer to what was under way.
  void ProcessEnded();
  // The power was cut: of what was relaxed, only what is old enough is promised.
  void PowerCut();

 private:
  SeenTurn& Note(const Turn& turn);
  void SawText(SeenTurn& turn, const std::string& text, std::uint64_t last_event, Floor floor,
               std::string_view where);
  void SawEnd(SeenTurn& turn, SeenTurn::End end, std::string_view where);
  void SawEvent(Reading& reading, SeenTurn& turn, const ReplyEvent& event);
  void SawDone(SeenTurn& turn, const ReplyEvent& event);
  void CheckNumber(const Reading& reading, const SeenTurn& turn, const ReplyEvent& event);
  void CheckIsStored(SeenTurn& turn, const ReplyEvent& event);
  void CheckEndIsStored(SeenTurn& turn, SeenTurn::End& end);
  void CheckSameAsOthers(SeenTurn& turn, const ReplyEvent& event);
  void CheckAnswerOfRepeat(const Ask& ask, const Turn& turn);
  void CheckIsOfAnEndedReply(const Ask& ask);
  bool MayConflict(const Ask& ask) const;

  SimWorld& world_;
  Trace& trace_;
  std::vector<Person> people_;
  std::deque<Ask> asks_;
  std::vector<SeenConversation> conversations_;
  std::deque<SeenTurn> turns_;
  std::unordered_map<TurnId, std::size_t> turn_numbers_;
  std::set<Watching*> watchings_;
};

}  // namespace nat
