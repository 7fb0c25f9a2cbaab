#include "llm/upstream.h"

#include <algorithm>
#include <cmath>
#include <utility>

namespace nat {
namespace {

constexpr double kTokensOutAtFirst = 250;
constexpr double kLearningRate = 0.2;

// What says nothing about the provider's health: its quota, which has a mechanism of its own, a
// conversation that is too long for it, and what one person said that its filter does not want.
bool SaysNothing(ErrorCode code) {
  return code == ErrorCode::kRateLimited || code == ErrorCode::kContextTooLong ||
         code == ErrorCode::kContentRefused || code == ErrorCode::kCancelled;
}

}  // namespace

Upstream::Upstream(Clock& clock, Metrics& metrics, Log& log, std::unique_ptr<Provider> provider,
                   ProviderPolicy policy, const GatewayOptions& options)
    : clock_(clock),
      log_(log),
      provider_(std::move(provider)),
      policy_(policy),
      chance_(options.chance),
      metrics_(metrics, provider_->source().provider),
      breaker_(options.breaker),
      queue_(clock, policy.quota, options.queue_max),
      usual_tokens_out_(kTokensOutAtFirst) {}

void Upstream::NoteOpened(const CircuitBreaker::Pass& pass, std::chrono::nanoseconds took) {
  if (pass.is_probe) {
    log_.Write(LogLevel::kInfo, "provider.recovered", {{"provider", source().provider}});
  }
  breaker_.Succeed(pass);
  refusals_in_a_row_ = 0;
  first_token_times_.Add(took);
  metrics_.first_token_seconds.Observe(std::chrono::duration<double>(took).count());
}

void Upstream::NoteFailure(const CircuitBreaker::Pass& pass, const Error& error) {
  const auto word = TraitsOf(error.code).word;
  metrics_.CountFailure(word);
  log_.Write(
      LogLevel::kWarning, "provider.failed",
      {{"provider", source().provider}, {"error", std::string(word)}, {"message", error.message}});
  if (error.code == ErrorCode::kRateLimited || error.retry_after) Pause(error);
  if (SaysNothing(error.code)) return breaker_.Withdraw(pass);
  const auto now = clock_.SteadyNow();
  const bool is_for_good = error.code == ErrorCode::kUpstreamRefused;
  const bool has_opened = is_for_good ? breaker_.FailForGood(pass, now, chance_())
                                      : breaker_.Fail(pass, now, chance_());
  if (!has_opened) return;
  metrics_.breaker_openings.Increment();
  log_.Write(LogLevel::kWarning, "provider.breaker_opened", {{"provider", source().provider}});
}

// Everyone who would ask it meanwhile would be refused as well.
void Upstream::Pause(const Error& error) {
  constexpr std::size_t kDoublingsMax = 5;
  std::chrono::nanoseconds pause =
      limits::kPauseUnasked * (1L << std::min(refusals_in_a_row_, kDoublingsMax));
  const auto now = clock_.SteadyNow();
  if (error.code == ErrorCode::kRateLimited && error.retry_after) {
    pause = *error.retry_after;
  } else if (error.retry_after) {
    // A server in trouble does not know when it will be well: the breaker finds out.
    pause = std::min<std::chrono::nanoseconds>(*error.retry_after, limits::kBreakerPauseMax);
  } else if (now >= queue_.paused_until()) {
    // Those that were sent together are refused together, and count once.
    ++refusals_in_a_row_;
  } else {
    return;
  }
  queue_.PauseUntil(now + std::chrono::duration_cast<SteadyTime::duration>(pause));
}

void Upstream::NoteUsage(const Usage& usage, std::size_t estimated_in) {
  scale_.Learn(estimated_in, usage.tokens_in);
  usual_tokens_out_ += kLearningRate * (static_cast<double>(usage.tokens_out) - usual_tokens_out_);
  metrics_.tokens_in.Increment(static_cast<double>(usage.tokens_in));
  metrics_.tokens_out.Increment(static_cast<double>(usage.tokens_out));
  metrics_.cost.Increment(static_cast<double>(CostOf(usage)) / 1e9);
}

std::size_t Upstream::ExpectedTokens(std::size_t estimated_in) const {
  return scale_.ToCounted(estimated_in) + static_cast<std::size_t>(usual_tokens_out_);
}

std::size_t Upstream::context_tokens() const {
  std::size_t counted = limits::kContextTokensMax;
  const auto window = policy_.context_tokens;
  // The reply needs its part of the window; where it wants most of it, they share.
  if (window > 0)
    counted = std::min(counted, window - std::min(policy_.reply_tokens_max, window / 2));
  return scale_.ToEstimated(counted);
}

// A price is for a million tokens, so a token costs price * 1000 billionths.
std::int64_t Upstream::CostOf(const Usage& usage) const {
  const double cost = static_cast<double>(usage.tokens_in) * policy_.price_in +
                      static_cast<double>(usage.tokens_out) * policy_.price_out;
  return std::llround(cost * 1000);
}

void Upstream::UpdateGauges() {
  metrics_.breaker_state.Set(static_cast<double>(breaker_state()));
  metrics_.running.Set(static_cast<double>(queue_.running()));
  metrics_.waiting.Set(static_cast<double>(queue_.waiting()));
}

}  // namespace nat
