#include "llm/retry.h"

#include <algorithm>

namespace nat {

Remedy RemedyFor(const Error& error) {
  switch (error.code) {
    case ErrorCode::kEmptyReply:
    case ErrorCode::kContextTooLong:
      return Remedy::kAskAgainDifferently;
    // Waiting has cost the person enough; the same again would cost as much.
    case ErrorCode::kConnectTimeout:
    case ErrorCode::kFirstTokenTimeout:
    case ErrorCode::kTokenTimeout:
    case ErrorCode::kContentRefused:
      return Remedy::kAskOthersOnly;
    case ErrorCode::kUpstreamRefused:
      return Remedy::kAskNobodyHere;
    default:
      return TraitsOf(error.code).is_retryable ? Remedy::kAskAgainLater : Remedy::kAskOthersOnly;
  }
}

std::chrono::nanoseconds PauseBeforeRetry(const Error& error, std::size_t failures, double chance) {
  constexpr std::size_t kDoublingsMax = 10;
  const auto doublings = std::min(failures - 1, kDoublingsMax);
  const std::chrono::nanoseconds pause = std::min<std::chrono::nanoseconds>(
      limits::kRetryPause * (1L << doublings), limits::kRetryPauseMax);
  const std::chrono::duration<double, std::nano> jittered = pause * (0.5 + 0.5 * chance);
  const auto own = std::chrono::duration_cast<std::chrono::nanoseconds>(jittered);
  // Those who were asked to come back at one moment must not come back together.
  if (error.retry_after) return *error.retry_after + own / 2;
  return own;
}

void RetryBudget::NoteRequest(SteadyTime now) {
  Refill(now);
  left_ = std::min(left_ + share_, std::max(left_, limits::kRetriesSavedMax));
}

bool RetryBudget::Take(SteadyTime now) {
  Refill(now);
  if (left_ < 1) return false;
  left_ -= 1;
  return true;
}

void RetryBudget::Refill(SteadyTime now) {
  const std::chrono::duration<double> passed = now - refilled_at_;
  refilled_at_ = now;
  if (left_ >= limits::kRetriesFree) return;
  left_ = std::min(left_ + passed.count() * limits::kRetriesFreePerSecond, limits::kRetriesFree);
}

}  // namespace nat
