#include "base/markdown_code.h"

namespace nat {
namespace {

constexpr std::size_t kFenceLengthMin = 3;

bool MayStandBeforeFence(char character) {
  return std::string_view(" \t>-*+.)0123456789").find(character) != std::string_view::npos;
}

}  // namespace

MarkdownCode::Change MarkdownCode::Read(char character) {
  if (run_length_ > 0 && character == run_mark_) {
    ++run_length_;
    return Change::kNone;
  }
  Change change = EndRun();
  if (character == '`' || character == '~') {
    run_mark_ = character;
    run_length_ = 1;
  } else if (character == '\n') {
    if (place_ == Place::kSpan && is_line_blank_) {
      place_ = Place::kProse;
      change = Change::kAbandoned;
    }
    is_on_opening_line_ = false;
    is_at_line_start_ = true;
    is_line_blank_ = true;
  } else {
    if (!MayStandBeforeFence(character)) is_at_line_start_ = false;
    if (character != ' ' && character != '\t') is_line_blank_ = false;
  }
  return change;
}

void MarkdownCode::Read(std::string_view text) {
  for (const char character : text) Read(character);
}

bool MarkdownCode::is_inside() const {
  MarkdownCode after = *this;
  after.EndRun();
  return after.place_ != Place::kProse;
}

MarkdownCode::End MarkdownCode::FindEnd(std::string_view ahead) const {
  MarkdownCode code = *this;
  code.EndRun();
  for (std::size_t i = 0; i < ahead.size(); ++i) {
    const Change change = code.Read(ahead[i]);
    // The run ended one character before the one that showed it.
    if (change == Change::kClosed) return {End::Kind::kClosed, i};
    if (change == Change::kAbandoned) return {End::Kind::kAbandoned, i};
  }
  return {End::Kind::kNotYet, ahead.size()};
}

MarkdownCode::Change MarkdownCode::EndRun() {
  if (run_length_ == 0) return Change::kNone;
  const std::size_t length = run_length_;
  const bool may_be_fence = is_at_line_start_ && length >= kFenceLengthMin;
  run_length_ = 0;
  is_at_line_start_ = false;
  is_line_blank_ = false;
  if (place_ == Place::kProse) {
    if (!may_be_fence && run_mark_ == '~') return Change::kNone;
    place_ = may_be_fence ? Place::kFence : Place::kSpan;
    mark_ = run_mark_;
    length_ = length;
    is_on_opening_line_ = true;
    return Change::kOpened;
  }
  if (run_mark_ != mark_) return Change::kNone;
  // Three backticks and text and three backticks on one line are a span, though they look like a
  // fence.
  const bool closes_span =
      length == length_ && mark_ == '`' && (place_ == Place::kSpan || is_on_opening_line_);
  const bool closes_fence = place_ == Place::kFence && may_be_fence && length >= length_;
  if (!closes_span && !closes_fence) return Change::kNone;
  place_ = Place::kProse;
  return Change::kClosed;
}

}  // namespace nat
