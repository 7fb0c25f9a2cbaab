#include "llm/quota.h"

#include <algorithm>

namespace nat {
namespace {

constexpr auto kMinute = std::chrono::minutes(1);

}  // namespace

SteadyTime Quota::StartTime(SteadyTime now, std::size_t tokens) {
  Forget(now);
  SteadyTime start = std::max(now, paused_until_);
  const auto requests_max = limits_.requests_per_minute;
  if (requests_max > 0 && sent_.size() >= requests_max) {
    start = std::max(start, sent_[sent_.size() - requests_max].at + kMinute);
  }
  const auto tokens_max = limits_.tokens_per_minute;
  if (tokens_max == 0) return start;
  // Which of the oldest must have left the minute for these tokens to fit.
  std::size_t left = tokens_sent_;
  for (const auto& request : sent_) {
    if (left + tokens <= tokens_max) break;
    left -= request.tokens;
    start = std::max(start, request.at + kMinute);
  }
  return start;
}

std::uint64_t Quota::Take(SteadyTime now, std::size_t tokens) {
  ++running_;
  ++last_number_;
  const bool is_counted = limits_.requests_per_minute > 0 || limits_.tokens_per_minute > 0;
  if (is_counted) {
    Forget(now);
    sent_.push_back(Sent{last_number_, now, tokens});
    tokens_sent_ += tokens;
  }
  return last_number_;
}

std::deque<Quota::Sent>::iterator Quota::Find(std::uint64_t request) {
  const auto found =
      std::lower_bound(sent_.begin(), sent_.end(), request,
                       [](const Sent& sent, std::uint64_t number) { return sent.number < number; });
  const bool is_there = found != sent_.end() && found->number == request;
  return is_there ? found : sent_.end();
}

void Quota::Undo(std::uint64_t request) {
  const auto found = Find(request);
  if (found == sent_.end()) return;
  tokens_sent_ -= found->tokens;
  sent_.erase(found);
}

void Quota::Correct(std::uint64_t request, std::size_t tokens) {
  const auto found = Find(request);
  if (found == sent_.end()) return;
  tokens_sent_ += tokens;
  tokens_sent_ -= found->tokens;
  found->tokens = tokens;
}

void Quota::PauseUntil(SteadyTime until) {
  paused_until_ = std::max(paused_until_, until);
}

void Quota::Forget(SteadyTime now) {
  while (!sent_.empty() && sent_.front().at + kMinute <= now) {
    tokens_sent_ -= sent_.front().tokens;
    sent_.pop_front();
  }
}

}  // namespace nat
