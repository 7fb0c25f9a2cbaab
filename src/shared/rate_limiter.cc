#include "shared/rate_limiter.h"

#include <algorithm>

#include "base/limits.h"

namespace nat {
namespace {

constexpr auto kWindow = std::chrono::seconds(60);

struct Policy {
  std::string_view name;
  std::size_t per_person;
  std::size_t per_address;
};

constexpr Policy kRequests{"requests", limits::kRequestsPerMinutePerPerson,
                           limits::kRequestsPerMinutePerAddress};
constexpr Policy kTurns{"turns", limits::kTurnsPerMinutePerPerson,
                        limits::kTurnsPerMinutePerAddress};

std::chrono::seconds RoundUp(std::chrono::nanoseconds duration) {
  return std::chrono::ceil<std::chrono::seconds>(duration);
}

}  // namespace

RateDecision RateLimiter::Check(RateKind kind, const std::optional<std::string>& person,
                                const std::string& address) {
  RateDecision decision;
  if (mode_ == Mode::kOff) return decision;
  const Policy& policy = kind == RateKind::kTurn ? kTurns : kRequests;
  const auto now = clock_.SteadyNow();
  decision.policy = policy.name;
  decision.remaining = SIZE_MAX;
  const auto ask = [&](const std::string& key, std::size_t quota) {
    const auto grant = buckets_.Take(std::string(policy.name) + key, {quota, kWindow}, now);
    decision.is_allowed = decision.is_allowed && grant.is_granted;
    if (grant.remaining >= decision.remaining) return;
    decision.remaining = grant.remaining;
    decision.quota = quota;
    decision.until_next = std::max(RoundUp(grant.until_next), std::chrono::seconds(1));
  };
  if (person) ask(":p:" + *person, policy.per_person);
  ask(":a:" + address, policy.per_address);
  return decision;
}

}  // namespace nat
