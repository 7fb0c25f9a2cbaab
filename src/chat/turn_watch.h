// Tells which turns begin in one conversation, whoever sends the message and from wherever: how a
// second tab or device learns of a reply in time to follow it.
//
//   TurnWatch watch(executor, table, conversation);
//   for (;;) {
//     auto begun = co_await watch.Next();
//     ...
//   }
#pragma once

#include <vector>

#include "base/async.h"
#include "chat/turn_table.h"

namespace nat {

class TurnWatch {
 public:
  // Those that run already are told first. The table outlives the watch.
  TurnWatch(asio::any_io_executor executor, TurnTable& table, ConversationId conversation);
  ~TurnWatch();
  TurnWatch(const TurnWatch&) = delete;
  TurnWatch& operator=(const TurnWatch&) = delete;

  // Waits until there is one. In the order in which they began, each once, as it was then. None
  // once the watch was ended.
  Task<std::vector<Turn>> Next();
  void End();

 private:
  friend class TurnTable;
  void Tell(const Turn& turn);

  TurnTable& table_;
  ConversationId conversation_;
  std::vector<Turn> begun_;
  bool is_over_ = false;
  Signal changed_;
};

}  // namespace nat
