// The ordered list of providers, seen as one. A stream counts as open when its first visible text
// is there; until then the next provider is tried and nobody notices. After that a break is an
// error of the stream (DESIGN 4.2, step 5).
#pragma once

#include <memory>
#include <vector>

#include "base/clock.h"
#include "base/log.h"
#include "base/metrics.h"
#include "llm/provider.h"

namespace nat {

struct OpenedStream {
  Source source;
  std::unique_ptr<TokenStream> tokens;  // visible text only: the channel filter has been applied
  bool is_last_resort = false;          // every provider before the last of several has failed
};

class Gateway {
 public:
  // At least one provider, in the order in which they are asked. The last one is the last resort.
  Gateway(Clock& clock, Metrics& metrics, Log& log,
          std::vector<std::unique_ptr<Provider>> providers);

  // Asks one provider after the other within limits::kFirstTextBudget. The error is that of the
  // last one.
  Task<Result<OpenedStream>> Open(ChatRequest request);

  const Source& first_source() const { return providers_.front()->source(); }

 private:
  Task<Result<OpenedStream>> OpenOne(Provider& provider, ChatRequest request);
  std::chrono::nanoseconds LimitFor(std::size_t index, SteadyTime deadline) const;
  void NoteFailure(const Provider& provider, const Error& error);

  Clock& clock_;
  Metrics& metrics_;
  Log& log_;
  std::vector<std::unique_ptr<Provider>> providers_;
};

}  // namespace nat
