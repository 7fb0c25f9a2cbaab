#include "llm/reply_body_stream.h"

#include <chrono>
#include <utility>

#include "base/async.h"
#include "base/limits.h"

namespace nat {
namespace {

using namespace std::chrono_literals;

// How long a reply that is whole may wait for the end of its body, so that the connection can be
// used again. Servers send it at once; the few that do not are not worth holding up `done`.
constexpr auto kEndOfBodyTimeout = 500ms;

// Reasoning in the middle of a reply is a sign of life, but not for ever: a person sees it stand.
constexpr int kReasoningPatience = 3;

constexpr std::string_view kByteOrderMark = "\xEF\xBB\xBF";

// From the first character that is neither white space nor a byte order mark.
std::string_view SkipToText(std::string_view piece) {
  if (piece.starts_with(kByteOrderMark)) piece.remove_prefix(kByteOrderMark.size());
  const std::size_t first = piece.find_first_not_of(" \t\r\n");
  return first == std::string_view::npos ? std::string_view() : piece.substr(first);
}

std::string_view WordFor(std::optional<FinishReason> reason) {
  if (!reason || *reason == FinishReason::kStop) return "stop";
  if (*reason == FinishReason::kLength) return "length";
  return *reason == FinishReason::kContentFilter ? "content filter" : "something unasked";
}

}  // namespace

ReplyBodyStream::ReplyBodyStream(Clock& clock, std::unique_ptr<BodyStream> body,
                                 std::unique_ptr<ReplyReader> reader,
                                 std::chrono::nanoseconds between_tokens)
    : clock_(clock),
      body_(std::move(body)),
      reader_(std::move(reader)),
      between_tokens_(between_tokens) {}

Task<Result<std::optional<std::string>>> ReplyBodyStream::Next() {
  std::string text;
  while (text.empty() && !outcome_) {
    auto piece = co_await body_->Next();
    if (piece && *piece) {
      TakePiece(**piece, text);
      continue;
    }
    body_.reset();
    if (piece) {
      TakeEnd(text);
    } else {
      TakeError(std::move(piece).error());
    }
  }
  if (!text.empty()) co_return std::optional<std::string>(std::move(text));
  if (is_finished_ && body_ != nullptr) {
    auto rest = ReadRest();
    // Whatever comes of it, the reply is over.
    const auto ignored = co_await WithTimeout(clock_, std::move(rest), kEndOfBodyTimeout);
  }
  body_.reset();
  if (!*outcome_) co_return outcome_->error();
  co_return std::optional<std::string>();
}

Task<Status> ReplyBodyStream::ReadRest() {
  std::string no_text;
  while (body_ != nullptr) {
    auto piece = co_await body_->Next();
    if (!piece) co_return piece.error();
    if (!*piece) co_return Ok();
    TakeEvents(**piece, no_text);
  }
  co_return Ok();
}

void ReplyBodyStream::TakePiece(std::string_view piece, std::string& text) {
  const std::size_t hidden_before = hidden_bytes_;
  TakeBytes(piece, text);
  if (!outcome_) CheckPace(!text.empty(), hidden_bytes_ > hidden_before);
}

void ReplyBodyStream::TakeBytes(std::string_view piece, std::string& text) {
  if (shape_ == Shape::kUnknown) {
    const std::string_view visible = SkipToText(piece);
    if (visible.empty()) return;
    if (visible.front() == '<') return Fail("sent HTML in place of a reply");
    const bool is_json = visible.front() == '{' || visible.front() == '[';
    shape_ = is_json ? Shape::kWhole : Shape::kEvents;
  }
  if (shape_ == Shape::kWhole) {
    TakeWhole(piece);
  } else {
    TakeEvents(piece, text);
  }
}

void ReplyBodyStream::TakeEvents(std::string_view piece, std::string& text) {
  while (!outcome_ || is_finished_) {
    auto event = events_.Take(piece);
    if (!event) return TakeError(std::move(event).error());
    if (*event == nullptr) return;
    const std::string_view payload = (*event)->payload;
    if (payload.starts_with("[DONE]")) {
      Finish(std::nullopt);
    } else if (!payload.empty()) {
      TakePayload(payload, text);
    }
  }
}

void ReplyBodyStream::TakePayload(std::string_view payload, std::string& text) {
  auto chunk = reader_->Read(payload);
  if (!chunk) return TakeError(std::move(chunk).error());
  if (chunk->usage) usage_ = chunk->usage;
  if (is_finished_) return;
  text += chunk->text;
  visible_bytes_ += chunk->text.size();
  hidden_bytes_ += chunk->hidden_bytes;
  if (visible_bytes_ > limits::kReplyBytesMax) return Fail("sent a reply that is too long");
  if (hidden_bytes_ > limits::kHiddenBytesMax) {
    const bool is_all = visible_bytes_ == 0;
    return TakeError(Error(is_all ? ErrorCode::kEmptyReply : ErrorCode::kUpstream,
                           "the server sent too much reasoning"));
  }
  if (chunk->finish) Finish(chunk->finish);
}

void ReplyBodyStream::TakeWhole(std::string_view piece) {
  if (whole_.size() + piece.size() > limits::kUpstreamBodyBytesMax) {
    return Fail("sent an answer that is too long");
  }
  whole_ += piece;
}

void ReplyBodyStream::TakeEnd(std::string& text) {
  if (shape_ != Shape::kWhole) return Fail("ended the stream before the reply was whole");
  TakePayload(SkipToText(whole_), text);
  if (!outcome_) Finish(std::nullopt);
}

void ReplyBodyStream::TakeError(Error error) {
  if (is_finished_) {
    // The reply was over before this; such a connection is used no more.
    body_.reset();
    return;
  }
  if (error.code == ErrorCode::kTimeout) {
    const bool has_begun = visible_bytes_ + hidden_bytes_ > 0;
    error.code = has_begun ? ErrorCode::kTokenTimeout : ErrorCode::kFirstTokenTimeout;
  }
  outcome_ = std::move(error);
}

void ReplyBodyStream::CheckPace(bool has_text, bool has_reasoning) {
  const SteadyTime now = clock_.SteadyNow();
  if (has_text) last_text_ = now;
  if (has_text || has_reasoning) last_token_ = now;
  const bool has_spoken = visible_bytes_ > 0;
  if (!has_spoken) return;
  const bool is_too_slow = now - last_token_ > between_tokens_ ||
                           now - last_text_ > kReasoningPatience * between_tokens_;
  if (!is_too_slow) return;
  outcome_ = Error(ErrorCode::kTokenTimeout, "the server sent no text for too long");
}

void ReplyBodyStream::Finish(std::optional<FinishReason> reason) {
  if (is_finished_) return;
  if (reason == FinishReason::kContentFilter) {
    return TakeError(
        Error(ErrorCode::kContentRefused, "the server cut the reply off by its content filter"));
  }
  is_finished_ = true;
  outcome_ = Ok();
  if (visible_bytes_ > 0) return;
  outcome_ = Error(ErrorCode::kEmptyReply, "the server ended the reply without visible text, by " +
                                               std::string(WordFor(reason)));
}

void ReplyBodyStream::Fail(std::string what) {
  TakeError(Error(ErrorCode::kUpstream, "the server " + std::move(what)));
}

}  // namespace nat
