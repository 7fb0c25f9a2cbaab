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

constexpr std::string_view kByteOrderMark = "\xEF\xBB\xBF";

Task<Status> DropRest(BodyStream& body) {
  for (;;) {
    auto piece = co_await body.Next();
    if (!piece) co_return piece.error();
    if (!*piece) co_return Ok();
  }
}

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
                                 std::unique_ptr<ReplyReader> reader)
    : clock_(clock), body_(std::move(body)), reader_(std::move(reader)) {}

Task<Result<std::optional<std::string>>> ReplyBodyStream::Next() {
  std::string text;
  while (text.empty() && !outcome_) {
    auto piece = co_await body_->Next();
    if (!piece) {
      outcome_ = piece.error();
    } else if (*piece) {
      TakePiece(**piece, text);
    } else {
      TakeEnd(text);
    }
  }
  if (!text.empty()) co_return std::optional<std::string>(std::move(text));
  if (!*outcome_) {
    body_.reset();
    co_return outcome_->error();
  }
  auto rest = DropRest(*body_);
  // Whatever comes of it, the reply is whole.
  const auto ignored = co_await WithTimeout(clock_, std::move(rest), kEndOfBodyTimeout);
  body_.reset();
  co_return std::optional<std::string>();
}

void ReplyBodyStream::TakePiece(std::string_view piece, std::string& text) {
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
  while (!outcome_) {
    auto event = events_.Take(piece);
    if (!event) {
      outcome_ = event.error();
      return;
    }
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
  if (!chunk) {
    outcome_ = chunk.error();
    return;
  }
  text += chunk->text;
  visible_bytes_ += chunk->text.size();
  hidden_bytes_ += chunk->hidden_bytes;
  if (visible_bytes_ > limits::kReplyBytesMax) return Fail("sent a reply that is too long");
  if (hidden_bytes_ > limits::kHiddenBytesMax) return Fail("sent too much reasoning");
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

void ReplyBodyStream::Finish(std::optional<FinishReason> reason) {
  if (reason == FinishReason::kContentFilter)
    return Fail("cut the reply off by its content filter");
  if (visible_bytes_ == 0) {
    outcome_ =
        Error(ErrorCode::kEmptyReply, "the server ended the reply without visible text, by " +
                                          std::string(WordFor(reason)));
    return;
  }
  outcome_ = Ok();
}

void ReplyBodyStream::Fail(std::string what) {
  outcome_ = Error(ErrorCode::kUpstream, "the server " + std::move(what));
}

}  // namespace nat
