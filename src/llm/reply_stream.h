// The stream of one reply, from its first visible text on: it gives the place at the provider back
// when it ends, and keeps the count of what the reply took.
#pragma once

#include <chrono>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>

#include "llm/attempt.h"
#include "llm/reply_usage.h"
#include "llm/visible_stream.h"

namespace nat {

class ReplyStream final : public TokenStream {
 public:
  // `visible` has its first text already.
  ReplyStream(Clock& clock, std::unique_ptr<Attempt> attempt,
              std::unique_ptr<VisibleStream> visible);

  // kUpstream where the reply is longer than limits::kReplyBytesMax.
  Task<Result<std::optional<std::string>>> Next() override;
  std::optional<Usage> usage() const override { return visible_->usage(); }
  // It is given up for this reason, which it has not told itself.
  void NoteGivenUp(const Error& error) { attempt_->NoteBreak(error); }
  ReplyUsage reply_usage() const;

 private:
  void NoteEnd();

  Clock& clock_;
  std::unique_ptr<Attempt> attempt_;
  std::unique_ptr<VisibleStream> visible_;
  SteadyTime opened_at_;
  std::size_t bytes_ = 0;
};

// Sends the request of `attempt` and returns once its first visible text is there:
// kFirstTokenTimeout where that takes longer than `limit`, kCancelled, else the provider's own
// error. `clock` outlives the stream.
Task<Result<std::unique_ptr<ReplyStream>>> OpenReply(Clock& clock, std::unique_ptr<Attempt> attempt,
                                                     ChatRequest request,
                                                     std::chrono::nanoseconds limit);

}  // namespace nat
