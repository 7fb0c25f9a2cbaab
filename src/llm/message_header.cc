#include "llm/message_header.h"

#include "base/text.h"
#include "llm/opening.h"

namespace nat {
namespace {

constexpr std::size_t kHeaderBytesMax = 128;
constexpr std::string_view kFinal = "final";
constexpr std::string_view kUser = "user";
constexpr std::string_view kRecipient = "to=";

}  // namespace

void MessageHeader::BeginChannel() {
  part_ = Part::kChannel;
  channel_.clear();
  is_thought_ = false;
}

void MessageHeader::BeginThoughtChannel() {
  BeginChannel();
  is_thought_ = true;
}

void MessageHeader::Read(std::string_view text) {
  read_bytes_ += text.size();
  if (part_ == Part::kRole) role_ += text;
  if (part_ == Part::kChannel) channel_ += text;
}

bool MessageHeader::is_final() const {
  return !has_recipient() && ToLowerAscii(TrimWhiteSpace(channel_)) == kFinal;
}

bool MessageHeader::is_of_user() const {
  return channel_.empty() && TrimWhiteSpace(role_).starts_with(kUser);
}

bool MessageHeader::is_too_long() const {
  return read_bytes_ >= kHeaderBytesMax;
}

std::string MessageHeader::FinalText() const {
  std::string_view text = TrimWhiteSpaceAtStart(channel_);
  if (part_ != Part::kChannel || has_recipient() || !text.starts_with(kFinal)) return std::string();
  text.remove_prefix(kFinal.size());
  while (text.starts_with(' ')) text.remove_prefix(1);
  if (TrimWhiteSpace(text).empty()) return std::string();
  std::string glued(kFinal);
  glued += text;
  return JudgeOpening(glued) == Opening::kFinal ? std::string(text) : std::string();
}

bool MessageHeader::has_recipient() const {
  return role_.find(kRecipient) != std::string::npos ||
         channel_.find(kRecipient) != std::string::npos;
}

}  // namespace nat
