// Two requests for one reply: the second one begins when the first is slower than usual, and
// whoever has visible text first is listened to. The other one is cancelled.
#pragma once

#include <chrono>
#include <functional>
#include <memory>
#include <optional>

#include "base/async.h"
#include "llm/reply_stream.h"

namespace nat {

// A request that may be sent.
struct OutgoingRequest {
  std::unique_ptr<Attempt> attempt;
  ChatRequest request;
  std::chrono::nanoseconds limit;
};

struct HedgeOutcome {
  std::unique_ptr<ReplyStream> stream;  // null where both failed
  bool is_second = false;               // whose stream it is
  std::optional<Error> first_error;     // of those that failed
  std::optional<Error> second_error;
};

// `make_second` is called once, after `delay`, unless the first has ended by then; it answers
// nothing where nobody else can be asked. All references outlive the tasks.
Task<HedgeOutcome> OpenHedged(Clock& clock, TaskGroup& tasks, OutgoingRequest first,
                              std::chrono::nanoseconds delay,
                              std::function<std::optional<OutgoingRequest>()> make_second);

}  // namespace nat
