// After a crash: the turns that were running end as `interrupted`, with every segment that was
// shown, before the port opens. Their event numbers stand.
#pragma once

#include "base/clock.h"
#include "base/log.h"
#include "chat/key_ring.h"
#include "chat/turn_store.h"
#include "db/database.h"

namespace nat {

class Recovery {
 public:
  Recovery(Clock& clock, Log& log, Database& database, KeyRing& keys, TurnStore& turns)
      : clock_(clock), log_(log), database_(database), keys_(keys), turns_(turns) {}

  // Every turn that the store calls running; an error only where the store does not answer.
  Task<Status> EndInterrupted();
  // How one of them ends: interrupted, with the text and the numbers of the events that were shown.
  Task<Result<Turn>> EndAsShown(Turn turn);
  // Makes that its end; kConflict where it has got another one meanwhile.
  Task<Status> StoreEnd(Turn turn);

 private:
  Task<Status> EndOne(Turn turn);

  Clock& clock_;
  Log& log_;
  Database& database_;
  KeyRing& keys_;
  TurnStore& turns_;
};

}  // namespace nat
