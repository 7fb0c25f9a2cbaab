// What one reply took.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>

#include "llm/provider.h"

namespace nat {

struct ReplyUsage {
  std::optional<Usage> tokens;       // as the provider counted; nothing where it did not say
  std::int64_t cost_billionths = 0;  // of the currency of the configured prices
  std::chrono::milliseconds first_token{0};  // from the request to its first visible text
  std::chrono::milliseconds whole{0};        // to its end
};

}  // namespace nat
