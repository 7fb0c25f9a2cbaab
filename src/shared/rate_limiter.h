// How much one person and one address may ask for. Policy on top of TokenBuckets.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "base/clock.h"
#include "shared/token_buckets.h"

namespace nat {

// What is counted: any request, or a message that makes a model work.
enum class RateKind { kRequest, kTurn };

struct RateDecision {
  bool is_allowed = true;
  // The tighter one of the buckets that were asked, for the RateLimit headers.
  std::string_view policy;
  std::size_t quota = 0;
  std::size_t remaining = 0;
  std::chrono::seconds until_next{};  // at least 1 where it is not allowed
};

class RateLimiter {
 public:
  enum class Mode { kOn, kOff };
  RateLimiter(Clock& clock, Mode mode) : clock_(clock), mode_(mode) {}

  // `person` is empty for a caller who is not recognised: then only the address counts. Keys are
  // whatever the caller passes, hashed where they must not stay in memory as they are.
  RateDecision Check(RateKind kind, const std::optional<std::string>& person,
                     const std::string& address);

 private:
  Clock& clock_;
  Mode mode_;
  TokenBuckets buckets_;
};

}  // namespace nat
