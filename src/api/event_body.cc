#include "api/event_body.h"

#include <utility>

#include "net/sse.h"

namespace nat {

Task<Result<std::optional<std::string>>> EventBody::Next() {
  if (is_at_end_) co_return std::optional<std::string>();
  auto read = co_await reader_->Next();
  is_at_end_ = read.is_end;
  if (read.events.empty() && read.is_end) co_return std::optional<std::string>();
  if (read.events.empty()) co_return std::optional<std::string>(kSseHeartbeat);
  std::string text;
  for (const auto& event : read.events) {
    text += WriteSseEvent(event.number, event.name, event.payload);
  }
  co_return std::optional<std::string>(std::move(text));
}

Response EventResponse(std::unique_ptr<ReplyReader> reader) {
  Response response;
  response.headers.Set("Content-Type", "text/event-stream");
  response.headers.Set("Cache-Control", "no-store");
  response.headers.Set("X-Accel-Buffering", "no");  // proxies that buffer by default
  response.stream = std::make_unique<EventBody>(std::move(reader));
  return response;
}

}  // namespace nat
