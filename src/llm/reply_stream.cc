#include "llm/reply_stream.h"

#include <boost/asio/this_coro.hpp>
#include <utility>

namespace nat {
namespace {

Task<Result<std::unique_ptr<VisibleStream>>> OpenVisible(Provider& provider, ChatRequest request) {
  auto stream = co_await provider.Open(std::move(request));
  if (!stream) co_return stream.error();
  auto visible = std::make_unique<VisibleStream>(std::move(*stream));
  auto peeked = co_await visible->Peek();
  if (!peeked) co_return peeked.error();
  co_return visible;
}

std::chrono::milliseconds Between(SteadyTime from, SteadyTime to) {
  return std::chrono::duration_cast<std::chrono::milliseconds>(to - from);
}

}  // namespace

ReplyStream::ReplyStream(Clock& clock, std::unique_ptr<Attempt> attempt,
                         std::unique_ptr<VisibleStream> visible)
    : clock_(clock),
      attempt_(std::move(attempt)),
      visible_(std::move(visible)),
      opened_at_(clock.SteadyNow()) {}

Task<Result<std::optional<std::string>>> ReplyStream::Next() {
  auto token = co_await visible_->Next();
  if (token && token->has_value()) {
    bytes_ += (*token)->size();
    if (bytes_ > limits::kReplyBytesMax) {
      token = Error(ErrorCode::kUpstream, "the reply grew over its bound");
    }
  }
  if (!token) {
    attempt_->NoteBreak(token.error());
  } else if (!token->has_value()) {
    NoteEnd();
  }
  co_return token;
}

void ReplyStream::NoteEnd() {
  const auto counted = visible_->usage();
  if (!counted) return;
  attempt_->NoteUsage(*counted);
  const std::chrono::duration<double> spoken = clock_.SteadyNow() - opened_at_;
  // What came at once says nothing about the provider's pace.
  if (spoken < std::chrono::milliseconds(50)) return;
  const auto pace = static_cast<double>(counted->tokens_out) / spoken.count();
  attempt_->upstream().metrics().tokens_per_second.Observe(pace);
}

ReplyUsage ReplyStream::reply_usage() const {
  ReplyUsage usage;
  usage.tokens = visible_->usage();
  if (usage.tokens) usage.cost_billionths = attempt_->upstream().CostOf(*usage.tokens);
  usage.first_token = Between(attempt_->began_at(), opened_at_);
  usage.whole = Between(attempt_->began_at(), clock_.SteadyNow());
  return usage;
}

Task<Result<std::unique_ptr<ReplyStream>>> OpenReply(Clock& clock, std::unique_ptr<Attempt> attempt,
                                                     ChatRequest request,
                                                     std::chrono::nanoseconds limit) {
  attempt->upstream().metrics().attempts.Increment();
  auto opening = OpenVisible(attempt->upstream().provider(), std::move(request));
  auto limited = WithTimeout(clock, std::move(opening), limit);
  auto visible = co_await std::move(limited);
  auto cancellation = co_await asio::this_coro::cancellation_state;
  if (cancellation.cancelled() != asio::cancellation_type::none) {
    co_return Error(ErrorCode::kCancelled, "stopped while a provider was asked");
  }
  if (!visible) {
    Error error = std::move(visible).error();
    if (clock.SteadyNow() - attempt->began_at() >= limit) {
      error = Error(ErrorCode::kFirstTokenTimeout, "no visible text in time");
    }
    attempt->NoteFailure(error);
    co_return error;
  }
  attempt->NoteOpened();
  co_return std::make_unique<ReplyStream>(clock, std::move(attempt), std::move(*visible));
}

}  // namespace nat
