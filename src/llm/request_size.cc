#include "llm/request_size.h"

#include <algorithm>

#include "base/text.h"

namespace nat {
namespace {

// What a message costs beside its text, in the models' chat formats.
constexpr std::size_t kTokensPerMessage = 6;

constexpr double kLearningRate = 0.2;
constexpr double kScaleMin = 0.5;
constexpr double kScaleMax = 3.0;

std::size_t Scaled(std::size_t tokens, double scale) {
  return static_cast<std::size_t>(static_cast<double>(tokens) * scale);
}

}  // namespace

std::size_t EstimateMessage(const std::string& text) {
  return EstimateTokens(text) + kTokensPerMessage;
}

std::size_t EstimateRequest(const ChatRequest& request) {
  std::size_t tokens = 0;
  for (const auto& message : request.messages) tokens += EstimateMessage(message.text);
  return tokens;
}

void TokenScale::Learn(std::size_t estimated, std::size_t counted) {
  if (estimated == 0 || counted == 0) return;
  const double seen = static_cast<double>(counted) / static_cast<double>(estimated);
  scale_ += kLearningRate * (std::clamp(seen, kScaleMin, kScaleMax) - scale_);
}

std::size_t TokenScale::ToEstimated(std::size_t counted) const {
  return Scaled(counted, 1.0 / scale_);
}

std::size_t TokenScale::ToCounted(std::size_t estimated) const {
  return Scaled(estimated, scale_);
}

void CutHistory(ChatRequest& request, std::size_t tokens_max) {
  auto& messages = request.messages;
  if (messages.empty()) return;
  std::size_t tokens = EstimateRequest(request);
  const bool has_system = messages.front().role == Role::kSystem;
  const auto first = messages.begin() + (has_system ? 1 : 0);
  auto kept = first;
  while (tokens > tokens_max && kept != messages.end() && kept + 1 != messages.end()) {
    tokens -= EstimateMessage(kept->text);
    ++kept;
  }
  messages.erase(first, kept);
}

}  // namespace nat
