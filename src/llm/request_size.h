// How large a request is for a model: estimated, corrected by what the model's provider counts, and
// cut to what it can read. Pure.
#pragma once

#include <cstddef>
#include <string>

#include "llm/provider.h"

namespace nat {

// About how many tokens a message takes, with what chat formats add to it.
std::size_t EstimateMessage(const std::string& text);
std::size_t EstimateRequest(const ChatRequest& request);

// What one provider counts for what we estimate as one token. It follows each count a little, and
// never far, as a wrong count must not empty the context.
class TokenScale {
 public:
  void Learn(std::size_t estimated, std::size_t counted);
  double counted_per_estimated() const { return scale_; }
  // Estimated tokens that are `counted` ones, and the other way.
  std::size_t ToEstimated(std::size_t counted) const;
  std::size_t ToCounted(std::size_t estimated) const;

 private:
  double scale_ = 1.0;
};

// Leaves the oldest of the history out until the request is of at most `tokens_max` estimated
// tokens. The system message that it begins with and its last message always stay.
void CutHistory(ChatRequest& request, std::size_t tokens_max);

}  // namespace nat
