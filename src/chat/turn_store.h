// The statements of turns: what makes a repeat the same turn, what a running reply has shown, and
// how it ended.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "chat/model.h"
#include "db/database.h"
#include "vault/person_key.h"

namespace nat {

// A stored turn without its text, which is in the reply's message.
struct StoredTurn {
  Turn turn;
  std::string digest;
};

class TurnStore {
 public:
  explicit TurnStore(Database& database) : database_(database) {}

  Task<Result<std::optional<StoredTurn>>> Find(TurnId turn);
  Task<Result<std::optional<StoredTurn>>> FindByClientMessage(PersonId person,
                                                              std::string client_message_id);
  Task<Result<std::vector<Turn>>> FindRunning();
  // The shown events of a running turn after its first, in order, opened with `key`.
  Task<Result<std::vector<ReplyEvent>>> ShownEvents(TurnId turn, const PersonKey& key);
  static Statement Insert(const Turn& turn, const std::optional<std::string>& client_message_id,
                          const std::string& digest);
  static Statement InsertEvent(const TurnId& turn, const ReplyEvent& event, const PersonKey& key);
  // Who answers, so that it is known also of a reply that a crash ends.
  static Statement RecordSource(const Turn& turn);
  // Ends a running turn: its reply stored whole, its status final, its shown events removed. Fails
  // with kConflict if it does not run any more, so a turn has exactly one end. `turn` holds the
  // final values.
  static std::vector<Statement> Finish(const Turn& turn, Time now, const PersonKey& key);

 private:
  Task<Result<std::optional<StoredTurn>>> FindOne(Statement select);

  Database& database_;
};

}  // namespace nat
