#include "llm/circuit_breaker.h"

#include <algorithm>

namespace nat {

std::string_view WordOf(BreakerState state) {
  switch (state) {
    case BreakerState::kClosed:
      return "closed";
    case BreakerState::kHalfOpen:
      return "half_open";
    case BreakerState::kOpen:
      return "open";
  }
  return "closed";
}

BreakerState CircuitBreaker::StateAt(SteadyTime now) const {
  if (!is_open_) return BreakerState::kClosed;
  return now < open_until_ ? BreakerState::kOpen : BreakerState::kHalfOpen;
}

std::optional<CircuitBreaker::Pass> CircuitBreaker::Admit(SteadyTime now) {
  switch (StateAt(now)) {
    case BreakerState::kClosed:
      return Pass{generation_, false};
    case BreakerState::kOpen:
      return std::nullopt;
    case BreakerState::kHalfOpen:
      if (is_probing_) return std::nullopt;
      is_probing_ = true;
      return Pass{generation_, true};
  }
  return std::nullopt;
}

void CircuitBreaker::Succeed(const Pass& pass) {
  if (pass.generation != generation_) return;
  if (is_open_) return Close();
  failures_in_a_row_ = 0;
  Remember(false);
}

bool CircuitBreaker::Fail(const Pass& pass, SteadyTime now, double chance) {
  if (pass.generation != generation_) return false;
  if (!is_open_) {
    ++failures_in_a_row_;
    Remember(true);
    if (!IsTooMuch()) return false;
  }
  Open(now, chance);
  return true;
}

bool CircuitBreaker::FailForGood(const Pass& pass, SteadyTime now, double chance) {
  if (pass.generation != generation_) return false;
  Open(now, chance);
  return true;
}

void CircuitBreaker::Withdraw(const Pass& pass) {
  if (pass.generation == generation_ && pass.is_probe) is_probing_ = false;
}

void CircuitBreaker::Remember(bool has_failed) {
  last_.push_back(has_failed);
  if (last_.size() > options_.window) last_.pop_front();
}

bool CircuitBreaker::IsTooMuch() const {
  if (failures_in_a_row_ >= options_.failures_in_a_row_max) return true;
  if (last_.size() < options_.window) return false;
  const auto failed = static_cast<double>(std::count(last_.begin(), last_.end(), true));
  return failed >= options_.failure_share_max * static_cast<double>(last_.size());
}

void CircuitBreaker::Open(SteadyTime now, double chance) {
  constexpr std::size_t kDoublingsMax = 20;  // far beyond pause_max, and no overflow
  const auto doublings = std::min(times_opened_, kDoublingsMax);
  const auto pause =
      std::min<std::chrono::nanoseconds>(options_.pause * (1L << doublings), options_.pause_max);
  const std::chrono::duration<double, std::nano> spread = pause * (0.8 + 0.4 * chance);
  open_until_ = now + std::chrono::duration_cast<SteadyTime::duration>(spread);
  is_open_ = true;
  is_probing_ = false;
  ++times_opened_;
  ++generation_;
}

void CircuitBreaker::Close() {
  is_open_ = false;
  is_probing_ = false;
  times_opened_ = 0;
  failures_in_a_row_ = 0;
  last_.clear();
  ++generation_;
}

}  // namespace nat
