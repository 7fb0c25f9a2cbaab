#include "chat/recovery.h"

#include <utility>

#include "chat/reply_events.h"

namespace nat {

Task<Status> Recovery::EndInterrupted() {
  auto running = co_await turns_.FindRunning();
  if (!running) co_return running.error();
  for (auto& turn : *running) {
    auto ended = co_await EndOne(turn);
    // One that cannot be read must not keep everyone else from being served.
    if (!ended) {
      log_.Write(LogLevel::kError, "turn.not_recovered",
                 {{"turn", log_.Hash(turn.id)}, {"message", ended.error().message}});
    }
  }
  if (!running->empty()) {
    log_.Write(LogLevel::kWarning, "turns.recovered",
               {{"interrupted", static_cast<std::int64_t>(running->size())}});
  }
  co_return Ok();
}

Task<Status> Recovery::EndOne(Turn turn) {
  auto ended = co_await EndAsShown(std::move(turn));
  if (!ended) co_return ended.error();
  co_return co_await StoreEnd(std::move(*ended));
}

Task<Result<Turn>> Recovery::EndAsShown(Turn turn) {
  auto key = co_await keys_.ForReading(turn.person);
  if (!key) co_return key.error();
  auto shown = co_await turns_.ShownEvents(turn.id, **key);
  if (!shown) co_return shown.error();
  turn.text.clear();
  for (const auto& event : *shown) turn.text += TextOfEvent(event);
  turn.last_event = (shown->empty() ? 1 : shown->back().number) + 1;
  turn.status = TurnStatus::kInterrupted;
  turn.problem = std::string(TraitsOf(ErrorCode::kUnavailable).word);
  co_return turn;
}

Task<Status> Recovery::StoreEnd(Turn turn) {
  auto key = co_await keys_.ForReading(turn.person);
  if (!key) co_return key.error();
  auto batch = TurnStore::Finish(turn, clock_.Now(), **key);
  auto written = co_await database_.Write(std::move(batch), Durability::kDurable);
  if (!written) co_return written.error();
  co_return Ok();
}

}  // namespace nat
