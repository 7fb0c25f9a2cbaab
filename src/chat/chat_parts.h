// What the product is built from; app/ owns all of it, and it outlives the services.
#pragma once

#include <string>

#include "base/async.h"
#include "base/log.h"
#include "base/metrics.h"
#include "chat/conversation_store.h"
#include "chat/key_ring.h"
#include "chat/pipeline.h"
#include "chat/turn_table.h"
#include "db/database.h"
#include "llm/gateway.h"
#include "vault/keyed_hash.h"

namespace nat {

struct ChatParts {
  asio::any_io_executor executor;
  Clock& clock;
  Log& log;
  Metrics& metrics;
  TaskGroup& tasks;
  Database& database;
  KeyRing& keys;
  ConversationStore& conversations;
  Gateway& gateway;
  const Stages& input_stages;
  const Stages& output_stages;
  PurposeKey digest_key;  // of what was asked, to tell a repeat from another message
  std::string persona;
  SecondMessage second_message = SecondMessage::kWaits;
  std::chrono::nanoseconds reply_timeout = limits::kWholeReplyTimeout;
};

}  // namespace nat
