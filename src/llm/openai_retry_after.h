// How long a server asks to be left alone, out of the headers of its answer. Pure.
#pragma once

#include <chrono>
#include <optional>

#include "base/clock.h"
#include "net/http.h"

namespace nat {

// The first of these that the answer holds and that can be read, rounded up and at most one day:
// `retry-after-ms` (OpenAI); `Retry-After` in seconds or as a date (RFC 9110, section 10.2.3), the
// date counted from the answer's own `Date` where there is one, else from `now`;
// `x-ratelimit-reset-requests` and `-tokens` as "2m59.56s" (OpenAI, Groq), of which the longer of
// those whose `x-ratelimit-remaining-*` is 0; `x-ratelimit-reset` as a time (OpenRouter).
std::optional<std::chrono::seconds> RetryAfter(const Headers& headers, Time now);

}  // namespace nat
