// The reply of one request to a model server, as tokens: an event stream, or one JSON answer where
// the server did not stream. What an event says is up to the reader of the server's wire format.
#pragma once

#include <chrono>
#include <cstddef>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "base/clock.h"
#include "base/limits.h"
#include "llm/provider.h"
#include "llm/reply_reader.h"
#include "net/http.h"
#include "net/sse.h"

namespace nat {

class ReplyBodyStream final : public TokenStream {
 public:
  // `body` is that of an answer with status 200. `clock` outlives the stream. `between_tokens` is
  // how long a server that has begun to speak may go on sending bytes without a token in them.
  ReplyBodyStream(Clock& clock, std::unique_ptr<BodyStream> body,
                  std::unique_ptr<ReplyReader> reader,
                  std::chrono::nanoseconds between_tokens = limits::kBetweenTokensTimeout);

  // What has arrived together comes as one token. A reply is whole once the server gave a finish
  // reason or [DONE]. kEmptyReply where it then has no visible text; kFirstTokenTimeout where a
  // deadline of the body passed before any text or reasoning, kTokenTimeout where it passed after;
  // kUpstream where the body ends before the reply is whole, where a filter of the upstream cut it
  // off, or where the reply or its reasoning is longer than its limit.
  Task<Result<std::optional<std::string>>> Next() override;

  std::optional<Usage> usage() const override { return usage_; }

 private:
  // What the body turns out to be; some servers name the wrong Content-Type, so its first character
  // decides.
  enum class Shape { kUnknown, kEvents, kWhole };

  // These append visible text to `text` and set outcome_ when the reply is over.
  void TakePiece(std::string_view piece, std::string& text);
  void TakeBytes(std::string_view piece, std::string& text);
  void TakeEvents(std::string_view piece, std::string& text);
  void TakePayload(std::string_view payload, std::string& text);
  void TakeWhole(std::string_view piece);
  void TakeEnd(std::string& text);
  void TakeError(Error error);
  void CheckPace(bool has_text, bool has_reasoning);
  void Finish(std::optional<FinishReason> reason);
  void Fail(std::string what);
  // What follows a finish reason: usage, [DONE] and the end of the body.
  Task<Status> ReadRest();

  Clock& clock_;
  std::unique_ptr<BodyStream> body_;  // null once nothing more is wanted of it
  Shape shape_ = Shape::kUnknown;
  SseParser events_;
  std::unique_ptr<ReplyReader> reader_;
  std::string whole_;  // with kWhole: the answer so far
  std::chrono::nanoseconds between_tokens_;
  std::size_t visible_bytes_ = 0;
  std::size_t hidden_bytes_ = 0;
  SteadyTime last_text_;
  SteadyTime last_token_;  // text or reasoning
  std::optional<Usage> usage_;
  bool is_finished_ = false;  // the server said that its reply is over, and is held to nothing more
  std::optional<Status> outcome_;
};

}  // namespace nat
