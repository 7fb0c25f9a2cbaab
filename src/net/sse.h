// Server-sent events (WHATWG HTML, section 9.2): an incremental parser for what an upstream sends,
// and a writer for what we send. Pure; bytes may be cut anywhere, also inside a UTF-8 character or
// between CR and LF.
//
//   SseParser parser;
//   std::string_view rest = received;
//   for (;;) {
//     auto event = parser.Take(rest);
//     if (!event) return event.error();
//     if (*event == nullptr) break;  // `rest` is used up: feed more
//     Use((*event)->payload);
//   }
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "base/error.h"

namespace nat {

struct SseEvent {
  std::string name;     // the `event` field; "message" where there was none
  std::string payload;  // the `data` lines, joined by line feeds
  std::string id;       // the last `id` of the stream so far
};

class SseParser {
 public:
  // Takes bytes from the front of `input` up to the end of one event and answers it, or null when
  // `input` is used up before an event is whole. The event is valid until the next call. kUpstream
  // where an event is longer than kUpstreamEventBytesMax; never called again after that.
  //
  // An event that the stream ends in the middle of is dropped, as the standard asks.
  Result<const SseEvent*> Take(std::string_view& input);

  // What the stream last asked for as time before reconnecting.
  std::optional<std::chrono::milliseconds> retry() const { return retry_; }

 private:
  // Whether the line ended an event, which is then in event_.
  bool TakeLine(std::string_view line);
  void TakeField(std::string_view name, std::string_view value);

  std::string line_;  // the line so far, where it came in more than one piece
  std::string name_;
  std::string payload_;
  std::string id_;
  bool has_payload_ = false;
  bool is_first_line_ = true;
  bool is_after_return_ = false;  // a CR ended the last line: an LF that follows belongs to it
  std::optional<std::chrono::milliseconds> retry_;
  SseEvent event_;
};

// One event as text, number first, with the blank line that ends it. `name` holds no line break;
// line breaks in `payload` become several data lines.
std::string WriteSseEvent(std::uint64_t number, std::string_view name, std::string_view payload);

// A comment that readers skip and proxies take for a sign of life.
inline constexpr std::string_view kSseHeartbeat = ":\n\n";

}  // namespace nat
