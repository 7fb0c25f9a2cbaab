// What must be true once a history has come to rest: of what every call says, and of the rows in
// the database. What can be checked while it goes on is in the ledger.
#pragma once

#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "tests/sim/ledger.h"
#include "tests/sim/sim_client.h"
#include "tests/sim/sim_process.h"

namespace nat {

class Invariants {
 public:
  Invariants(SimWorld& world, Ledger& ledger, SimProcess& process)
      : world_(world), trace_(world.trace), ledger_(ledger), process_(process) {}

  // Asks everything that can be asked. Sets `has_ended` at its end.
  Task<void> Check(SimClient& client, bool& has_ended);
  // Looks at the rows; after Check.
  void CheckRows();
  // Whoever watches a conversation has been told of every turn in it; after CheckRows.
  void CheckWatches();

 private:
  struct MessageRow {
    MessageId id;
    ConversationId conversation;
    MessageId parent;
    TurnId turn;
    Role role = Role::kUser;
    std::string status;
    std::int64_t created_at = 0;
  };
  struct TurnRow {
    TurnId id;
    ConversationId conversation;
    PersonId person;
    std::string client_message_id;
    MessageId user_message;
    MessageId reply_message;
    std::string status;
    std::uint64_t last_event = 0;
  };

  void ReadRows();
  Task<void> CheckTurn(SimClient& client, TurnId turn);
  Task<void> CheckTree(Caller caller, ConversationId conversation, MessageId leaf);
  Task<void> CheckPathsThroughSiblings(Caller caller, ConversationId conversation);
  Task<void> CheckList(Caller caller);
  void CheckMessage(const Message& message);

  void CheckAsks();
  void CheckTurnRow(const TurnRow& turn);
  void CheckPlace(const TurnRow& turn, const MessageId& leaf);
  void CheckReply(const TurnRow& turn);
  void CheckWasTried(const TurnRow& turn, const SeenTurn& seen);
  void CheckWhatTheModelWasTold(const TurnRow& turn, const Ask& ask, std::size_t script);

  MessageId PlaceOfAnother(const MessageId& reply) const;
  MessageId PlaceOfContinuation(const MessageId& reply) const;
  MessageId ParentOf(const MessageId& message) const;
  bool IsReply(const MessageId& message) const;
  std::vector<MessageId> PathTo(MessageId leaf) const;
  std::vector<MessageId> SiblingsOf(const MessageRow& message) const;
  MessageId NewestLeafBelow(MessageId message) const;
  // What was asked for with the turn; null where that cannot be told.
  const Ask* AskOf(const TurnRow& turn) const;
  const Person* PersonOf(const PersonId& person) const;
  std::string TextBefore(MessageId message) const;

  SimWorld& world_;
  Trace& trace_;
  Ledger& ledger_;
  SimProcess& process_;
  std::vector<TurnRow> turns_;  // in the order in which they were stored
  std::map<MessageId, MessageRow> messages_;
  std::map<ConversationId, MessageId> leaves_;
  std::map<std::size_t, TurnId> scripts_;  // the turn that each one was shown in
};

// How the turns of a history have ended, for the table.
void CountEnds(Ledger& ledger, Tally& tally);

}  // namespace nat
