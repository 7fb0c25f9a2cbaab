// The companion as a provider: no model, no network, always able to answer. Its source is
// {"companion", script version}.
#pragma once

#include <memory>

#include "base/clock.h"
#include "llm/companion/companion.h"
#include "llm/companion/script.h"
#include "llm/provider.h"

namespace nat {

class CompanionProvider final : public Provider {
 public:
  // `clock` is a loan; streams that were opened use it too.
  CompanionProvider(Clock& clock, Script script);
  CompanionProvider(const CompanionProvider&) = delete;
  CompanionProvider& operator=(const CompanionProvider&) = delete;

  const Source& source() const override { return source_; }
  // Never fails. Pace::kHuman gives the first word at once and the rest word by word, Pace::kAtOnce
  // one token.
  Task<Result<std::unique_ptr<TokenStream>>> Open(ChatRequest request) override;

 private:
  Clock& clock_;
  Script script_;
  Companion companion_;
  Source source_;
};

}  // namespace nat
