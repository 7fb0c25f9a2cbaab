#include "chat/turn_watch.h"

#include <utility>

namespace nat {

TurnWatch::TurnWatch(asio::any_io_executor executor, TurnTable& table, ConversationId conversation)
    : table_(table), conversation_(std::move(conversation)), changed_(std::move(executor)) {
  for (const auto& running : table_.RunningOf(conversation_)) begun_.push_back(running->AsSeen());
  table_.watches_.emplace(conversation_, this);
}

TurnWatch::~TurnWatch() {
  auto [at, end] = table_.watches_.equal_range(conversation_);
  while (at != end && at->second != this) ++at;
  if (at != end) table_.watches_.erase(at);
}

Task<std::vector<Turn>> TurnWatch::Next() {
  while (begun_.empty() && !is_over_) co_await changed_.Wait();
  co_return std::exchange(begun_, {});
}

void TurnWatch::End() {
  is_over_ = true;
  begun_.clear();
  changed_.NotifyAll();
}

void TurnWatch::Tell(const Turn& turn) {
  begun_.push_back(turn);
  changed_.NotifyAll();
}

}  // namespace nat
