#include "llm/walk.h"

#include <algorithm>
#include <boost/asio/this_coro.hpp>
#include <utility>

namespace nat {
namespace {

// For the one request after an empty reply.
constexpr std::size_t kReplyTokensFactor = 2;

SteadyTime::duration Ticks(std::chrono::nanoseconds duration) {
  return std::chrono::duration_cast<SteadyTime::duration>(duration);
}

Task<bool> IsStopped() {
  auto cancellation = co_await asio::this_coro::cancellation_state;
  co_return cancellation.cancelled() != asio::cancellation_type::none;
}

}  // namespace

Error ForPerson(Error error) {
  if (error.code == ErrorCode::kInvalidInput) error.code = ErrorCode::kUpstreamRefused;
  if (error.code == ErrorCode::kRateLimited) error.code = ErrorCode::kUnavailable;
  return error;
}

Walk::Walk(Parts parts, std::vector<Upstream*> order, ChatRequest request,
           ProviderQueue::OnPlace on_place)
    : parts_(parts),
      request_(std::move(request)),
      on_place_(std::move(on_place)),
      due_(parts.clock.SteadyNow() + Ticks(parts.options.first_text_budget)),
      last_error_(ErrorCode::kUnavailable, "nobody can be asked") {
  last_resort_.upstream = order.back();
  order.pop_back();
  for (auto* upstream : order) candidates_.emplace_back().upstream = upstream;
}

Task<Result<OpenedStream>> Walk::Open() {
  Error stopped(ErrorCode::kCancelled, "stopped while a provider was asked");
  while (Candidate* next = Soonest()) {
    const auto ready = ReadyAt(*next);
    if (ready > parts_.clock.SteadyNow()) co_await parts_.clock.SleepUntil(ready);
    auto is_stopped = co_await IsStopped();
    if (is_stopped) co_return stopped;
    auto opened = co_await Try(*next);
    if (opened) co_return opened;
    is_stopped = co_await IsStopped();
    if (is_stopped) co_return stopped;
  }
  auto opened = co_await OpenLastResort();
  if (!opened) co_return ForPerson(std::move(opened).error());
  co_return opened;
}

SteadyTime Walk::segment_due() const {
  const auto now = parts_.clock.SteadyNow();
  if (last_resort_.is_out) return std::max(due_, now) + Ticks(limits::kLastResortTimeout);
  return given_ != nullptr && HasOthers(*given_)
             ? std::max(due_ - Ticks(limits::kProviderReserve), now)
             : due_;
}

// Whether somebody else than the last resort could still be asked in its place.
bool Walk::HasOthers(const Candidate& candidate) const {
  return std::any_of(candidates_.begin(), candidates_.end(), [&](const auto& other) {
    return &other != &candidate && !other.is_out &&
           other.upstream->breaker_state() != BreakerState::kOpen &&
           ReadyAt(other) + limits::kAttemptMin <= due_;
  });
}

void Walk::GiveUp(const Error& error) {
  if (given_ != nullptr) Learn(*given_, error);
  given_ = nullptr;
}

// Null where nobody can be asked in time.
Walk::Candidate* Walk::Soonest() {
  const auto now = parts_.clock.SteadyNow();
  Candidate* soonest = nullptr;
  SteadyTime soonest_at;
  for (auto& candidate : candidates_) {
    if (candidate.is_out || candidate.upstream->breaker_state() == BreakerState::kOpen) continue;
    const auto ready = std::max(ReadyAt(candidate), now);
    if (ready + limits::kAttemptMin > due_) continue;
    const bool is_later = soonest != nullptr && ready > soonest_at;
    const bool is_behind =
        soonest != nullptr && ready == soonest_at && !ComesBefore(candidate, *soonest);
    if (is_later || is_behind) continue;
    soonest = &candidate;
    soonest_at = ready;
  }
  return soonest;
}

bool Walk::ComesBefore(const Candidate& candidate, const Candidate& other) const {
  if (candidate.upstream->policy().rank != other.upstream->policy().rank) return false;
  const auto is_free = [this](const Candidate& asked) {
    auto& upstream = *asked.upstream;
    return upstream.queue().IsFree(upstream.ExpectedTokens(EstimateRequest(request_)));
  };
  return !is_free(other) && is_free(candidate);
}

SteadyTime Walk::ReadyAt(const Candidate& candidate) const {
  return std::max(candidate.not_before, candidate.upstream->queue().paused_until());
}

Task<Result<OpenedStream>> Walk::Try(Candidate& candidate) {
  OutgoingRequest outgoing;
  outgoing.request = RequestFor(candidate);
  const auto estimated = EstimateRequest(outgoing.request);
  auto& upstream = *candidate.upstream;
  // Where only a script would speak otherwise, a place is worth waiting for a little longer.
  const auto patience = HasOthers(candidate)
                            ? parts_.clock.SteadyNow() + Ticks(parts_.options.queue_timeout)
                            : due_ - Ticks(limits::kProviderReserve);
  const auto until = std::min(patience, due_ - Ticks(limits::kAttemptMin));
  auto permit =
      co_await upstream.queue().Enter(upstream.ExpectedTokens(estimated), until, on_place_);
  if (!permit) {
    candidate.is_out = true;
    co_return permit.error();
  }
  outgoing.attempt = Admit(candidate, std::move(*permit), estimated);
  if (!outgoing.attempt) {
    candidate.is_out = true;
    co_return Error(ErrorCode::kUnavailable, "it is not asked just now");
  }
  outgoing.limit = LimitFor(candidate);
  const auto delay = HedgeDelay(candidate);
  if (delay && *delay < outgoing.limit) {
    co_return co_await SendHedged(candidate, std::move(outgoing), *delay);
  }
  co_return co_await Send(candidate, std::move(outgoing));
}

Task<Result<OpenedStream>> Walk::Send(Candidate& candidate, OutgoingRequest outgoing) {
  auto stream = co_await OpenReply(parts_.clock, std::move(outgoing.attempt),
                                   std::move(outgoing.request), outgoing.limit);
  if (stream) co_return Give(candidate, std::move(*stream));
  Learn(candidate, stream.error());
  co_return stream.error();
}

Task<Result<OpenedStream>> Walk::SendHedged(Candidate& candidate, OutgoingRequest outgoing,
                                            std::chrono::nanoseconds delay) {
  Candidate* second = nullptr;
  std::function<std::optional<OutgoingRequest>()> make_second = [this, &candidate, &second] {
    return MakeSecond(candidate, second);
  };
  auto outcome = co_await OpenHedged(parts_.clock, parts_.tasks, std::move(outgoing), delay,
                                     std::move(make_second));
  if (outcome.first_error) Learn(candidate, *outcome.first_error);
  // Two requests to one provider that fail alike teach one thing.
  if (outcome.second_error && second != &candidate) Learn(*second, *outcome.second_error);
  if (outcome.stream == nullptr) {
    co_return outcome.first_error.value_or(Error(ErrorCode::kCancelled, "stopped"));
  }
  if (!outcome.is_second) co_return Give(candidate, std::move(outcome.stream));
  second->upstream->metrics().hedges_won.Increment();
  co_return Give(*second, std::move(outcome.stream));
}

Task<Result<OpenedStream>> Walk::OpenLastResort() {
  OutgoingRequest outgoing;
  outgoing.request = RequestFor(last_resort_);
  const auto estimated = EstimateRequest(outgoing.request);
  auto permit = last_resort_.upstream->queue().TryEnter(estimated);
  if (last_resort_.is_out || permit == nullptr) co_return last_error_;
  last_resort_.is_out = true;
  // It is asked whatever its breaker has seen.
  outgoing.attempt = std::make_unique<Attempt>(
      parts_.clock, *last_resort_.upstream, std::move(permit), CircuitBreaker::Pass(), estimated);
  outgoing.limit = std::max<std::chrono::nanoseconds>(due_ - parts_.clock.SteadyNow(),
                                                      limits::kLastResortTimeout);
  auto opened = co_await Send(last_resort_, std::move(outgoing));
  if (opened) opened->is_last_resort = !candidates_.empty();
  co_return opened;
}

std::optional<OutgoingRequest> Walk::MakeSecond(const Candidate& first, Candidate*& second) {
  const auto now = parts_.clock.SteadyNow();
  for (auto& candidate : candidates_) {
    const bool is_other = &candidate != &first || candidates_.size() == 1;
    const bool is_free = !candidate.is_out && candidate.failures == 0 &&
                         ReadyAt(candidate) <= now &&
                         candidate.upstream->breaker_state() == BreakerState::kClosed;
    if (!is_other || !is_free) continue;
    OutgoingRequest outgoing;
    outgoing.request = RequestFor(candidate);
    const auto estimated = EstimateRequest(outgoing.request);
    auto permit =
        candidate.upstream->queue().TryEnter(candidate.upstream->ExpectedTokens(estimated));
    if (permit == nullptr) continue;
    if (!parts_.retries.Take(now)) {
      permit->Unsend();
      return std::nullopt;
    }
    outgoing.attempt = Admit(candidate, std::move(permit), estimated);
    if (!outgoing.attempt) continue;
    outgoing.limit = LimitFor(candidate);
    candidate.upstream->metrics().hedges.Increment();
    second = &candidate;
    return outgoing;
  }
  return std::nullopt;
}

// Null where the breaker or the budget says no.
std::unique_ptr<Attempt> Walk::Admit(Candidate& candidate, std::unique_ptr<Permit> permit,
                                     std::size_t estimated_in) {
  const auto now = parts_.clock.SteadyNow();
  const bool is_retry = candidate.failures > 0;
  const auto pass = candidate.upstream->Admit();
  if (!pass || (is_retry && !parts_.retries.Take(now))) {
    permit->Unsend();
    if (pass) candidate.upstream->Withdraw(*pass);
    return nullptr;
  }
  if (is_retry) {
    candidate.upstream->metrics().retries.Increment();
  } else {
    parts_.retries.NoteRequest(now);
  }
  auto attempt = std::make_unique<Attempt>(parts_.clock, *candidate.upstream, std::move(permit),
                                           *pass, estimated_in);
  ++candidate.attempts;
  candidate.sent = estimated_in;
  return attempt;
}

ChatRequest Walk::RequestFor(const Candidate& candidate) const {
  const auto& upstream = *candidate.upstream;
  const auto tokens_max = upstream.policy().reply_tokens_max;
  ChatRequest request = request_;
  request.reasons_less = candidate.reasons_less;
  request.reply_tokens_max = tokens_max;
  if (candidate.reply_tokens_factor > 1) {
    request.reply_tokens_max = std::max(
        tokens_max,
        std::min(tokens_max * candidate.reply_tokens_factor, limits::kReplyTokensRetryMax));
  }
  CutHistory(request, candidate.context_max.value_or(upstream.context_tokens()));
  return request;
}

// A silent provider leaves time for those after it.
std::chrono::nanoseconds Walk::LimitFor(const Candidate& candidate) const {
  const auto left = due_ - parts_.clock.SteadyNow();
  const auto others = std::count_if(candidates_.begin(), candidates_.end(), [&](const auto& other) {
    return &other != &candidate && !other.is_out && other.attempts == 0 &&
           other.upstream->breaker_state() != BreakerState::kOpen &&
           ReadyAt(other) + limits::kAttemptMin <= due_;
  });
  const auto fair = left / (others + 1);
  const auto generous = left - Ticks(limits::kProviderReserve) * others;
  return std::min<std::chrono::nanoseconds>(std::max(fair, generous),
                                            parts_.options.first_token_timeout);
}

std::optional<std::chrono::nanoseconds> Walk::HedgeDelay(const Candidate& candidate) const {
  const double percentile = parts_.options.hedge_percentile;
  if (percentile <= 0) return std::nullopt;
  return candidate.upstream->first_token_times().Percentile(percentile);
}

OpenedStream Walk::Give(Candidate& candidate, std::unique_ptr<ReplyStream> stream) {
  given_ = &candidate;
  OpenedStream opened;
  opened.source = candidate.upstream->source();
  opened.tokens = std::move(stream);
  return opened;
}

bool Walk::FindOtherWay(Candidate& candidate, const Error& error) const {
  if (error.code != ErrorCode::kContextTooLong) {
    if (candidate.reply_tokens_factor > 1) return false;
    candidate.reply_tokens_factor = kReplyTokensFactor;
    candidate.reasons_less = true;
    return true;
  }
  if (candidate.context_max) return false;
  candidate.context_max = candidate.sent / 2;
  // What cannot be left out may be too long by itself.
  return EstimateRequest(RequestFor(candidate)) < candidate.sent;
}

// What is to be done about this provider in this turn.
void Walk::Learn(Candidate& candidate, const Error& error) {
  last_error_ = error;
  ++candidate.failures;
  const auto now = parts_.clock.SteadyNow();
  const bool is_last = candidate.attempts >= parts_.options.attempts_max;
  switch (is_last ? Remedy::kAskOthersOnly : RemedyFor(error)) {
    case Remedy::kAskAgainLater: {
      const auto pause = PauseBeforeRetry(error, candidate.failures, parts_.options.chance());
      candidate.not_before = now + Ticks(pause);
      return;
    }
    case Remedy::kAskAgainDifferently:
      candidate.is_out = !FindOtherWay(candidate, error);
      return;
    case Remedy::kAskOthersOnly:
    case Remedy::kAskNobodyHere:
      candidate.is_out = true;
  }
}

}  // namespace nat
