#include "chat/context.h"

#include <algorithm>
#include <string_view>

#include "llm/marker_text.h"
#include "llm/request_size.h"

namespace nat {
namespace {

constexpr std::string_view kContinue =
    "Your last reply was cut off. Carry on from exactly where it stopped. Do not repeat any of it "
    "and do not mention "
    "that it was cut off.";

// What people say is stored as they said it; markers in it are made harmless each time it is told.
std::string ForModel(const Message& message) {
  return message.role == Role::kUser ? DefuseMarkers(message.text) : message.text;
}

}  // namespace

ChatRequest AssembleContext(const ContextParts& parts, std::size_t tokens_max) {
  ChatRequest request;
  ChatMessage last = parts.is_continuation ? ChatMessage{Role::kSystem, std::string(kContinue)}
                                           : ChatMessage{Role::kUser, parts.words};
  std::size_t cost = EstimateMessage(parts.persona) + EstimateMessage(last.text);
  request.messages.push_back(std::move(last));
  // clang 14 cannot read std::views::reverse. NOLINTNEXTLINE(modernize-loop-convert)
  for (auto message = parts.history.rbegin(); message != parts.history.rend(); ++message) {
    if (message->text.empty()) continue;
    cost += EstimateMessage(message->text);
    if (cost > tokens_max) break;
    request.messages.push_back(ChatMessage{message->role, ForModel(*message)});
  }
  request.messages.push_back(ChatMessage{Role::kSystem, parts.persona});
  std::reverse(request.messages.begin(), request.messages.end());
  return request;
}

}  // namespace nat
