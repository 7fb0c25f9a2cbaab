// The keys of persons: loads a wrapped key from the store, unwraps it with the master key, and
// holds a bounded number of them in memory. A person's key row is written together with the first
// thing they write, in the same batch.
#pragma once

#include <list>
#include <memory>
#include <optional>
#include <unordered_map>

#include "base/clock.h"
#include "base/id.h"
#include "db/database.h"
#include "vault/master_key.h"
#include "vault/person_key.h"

namespace nat {

// Owned by the ring's cache and by whatever seals with it at the moment.
using SharedPersonKey = std::shared_ptr<const PersonKey>;

class KeyRing {
 public:
  KeyRing(Database& database, const MasterKey& master_key, Clock& clock)
      : database_(database), master_key_(master_key), clock_(clock) {}

  // A key to write with. When `insert` is set, it must be the first statement of the batch that
  // uses the key: it stores the key, and makes the batch fail with kConflict if another process
  // stored a different one meanwhile.
  struct WritingKey {
    SharedPersonKey key;
    std::optional<Statement> insert;
  };
  // kNotFound where the person was erased.
  Task<Result<WritingKey>> ForWriting(PersonId person);

  // The key of someone who has stored something; kNotFound for anyone else and for the erased.
  Task<Result<SharedPersonKey>> ForReading(PersonId person);

  // After the batch with `insert` was answered: keep the key, or forget it so that the stored one
  // is loaded.
  void ConfirmStored(const PersonId& person, const SharedPersonKey& key);
  void Forget(const PersonId& person);

 private:
  struct Entry {
    SharedPersonKey key;
    std::optional<Statement> insert;
    std::list<PersonId>::iterator use;
  };

  Entry* Cached(const PersonId& person);
  Entry& Remember(const PersonId& person, SharedPersonKey key, std::optional<Statement> insert);

  Database& database_;
  const MasterKey& master_key_;
  Clock& clock_;
  std::list<PersonId> by_use_;  // most recently used first
  std::unordered_map<PersonId, Entry> entries_;
};

}  // namespace nat
