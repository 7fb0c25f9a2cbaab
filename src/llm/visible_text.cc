#include "llm/visible_text.h"

#include <utility>

#include "base/text.h"
#include "base/utf8.h"

namespace nat {
namespace {

constexpr std::string_view kParagraph = "\n\n";
constexpr std::string_view kFinalName = "final";

}  // namespace

Opening VisibleText::Add(std::string_view text) {
  Opening opening = Opening::kReply;
  // One character at a time: what is decided must not depend on how much arrives at once.
  while (is_opening_ && !text.empty()) {
    const Utf8Step step = ReadUtf8(text);
    const Opening judged = AddToOpening(text.substr(0, step.byte_count));
    if (judged == Opening::kReasoning) return judged;
    if (judged == Opening::kFinal) opening = judged;
    text.remove_prefix(step.byte_count);
  }
  Show(text);
  return opening;
}

Opening VisibleText::AddToOpening(std::string_view character) {
  if (opening_.empty() && TrimWhiteSpaceAtStart(character).empty()) return Opening::kUndecided;
  opening_ += character;
  if (is_suspect_) {
    if (opening_.size() >= kSuspectOpeningBytes) ReleaseOpening();
    return Opening::kSuspect;
  }
  const Opening opening = JudgeOpening(opening_);
  if (opening == Opening::kSuspect) is_suspect_ = true;
  if (opening == Opening::kReasoning) RestartOpening();
  if (opening == Opening::kFinal) opening_.erase(0, kFinalName.size());
  if (opening == Opening::kFinal || opening == Opening::kReply) ReleaseOpening();
  return opening;
}

void VisibleText::BeginParagraph() {
  if (!opening_.empty()) {
    opening_ += kParagraph;
  } else if (has_shown_) {
    space_ = kParagraph;
  }
}

void VisibleText::ReleaseOpening() {
  const std::string opening = std::exchange(opening_, std::string());
  is_opening_ = false;
  Show(opening);
}

void VisibleText::DropOpening() {
  opening_.clear();
  is_opening_ = false;
}

void VisibleText::RestartOpening() {
  opening_.clear();
  is_suspect_ = false;
}

std::string VisibleText::Take() {
  return std::exchange(ready_, std::string());
}

void VisibleText::Show(std::string_view text) {
  if (!has_shown_) text = TrimWhiteSpaceAtStart(text);
  const std::string_view trimmed = TrimWhiteSpaceAtEnd(text);
  if (!trimmed.empty()) {
    ready_ += space_;
    space_.clear();
    ready_ += trimmed;
    has_shown_ = true;
  }
  space_ += text.substr(trimmed.size());
}

}  // namespace nat
