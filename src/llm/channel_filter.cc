#include "llm/channel_filter.h"

#include <algorithm>
#include <array>
#include <utility>

#include "base/limits.h"
#include "base/text.h"

namespace nat {
namespace {

using Kind = MarkerMatch::Kind;

constexpr std::size_t kRoleBytesMax = 16;  // longer than any of them
// How far the end of code is looked for after a marker in it.
constexpr std::size_t kQuotedBytesMax = 4096;

constexpr std::string_view kFinal = "final";
constexpr std::array<std::string_view, 4> kChannels = {kFinal, "analysis", "commentary", "thought"};

bool IsLowerAscii(char character) {
  return character >= 'a' && character <= 'z';
}

}  // namespace

std::string ChannelFilter::Feed(std::string_view token) {
  return Read(assembler_.Feed(token), Ending::kOpen);
}

std::string ChannelFilter::Finish() {
  std::string text = Read(assembler_.Finish(), Ending::kComplete);
  // What a header turns out to be may be text, and is then read once more.
  while (state_ == State::kHeader) {
    EndMalformedHeader();
    Run(Ending::kComplete);
  }
  if (state_ == State::kReasoning) AddVisible(interrupted_);
  // Where a model uses channels, text outside of them is none that it meant to show.
  const bool is_reply = saw_final_ || (!saw_channel_ && !IsChannelName(visible_.opening()));
  if (is_reply) {
    visible_.ReleaseOpening();
  } else {
    visible_.DropOpening();
  }
  return text + Take();
}

bool ChannelFilter::is_over_limit() const {
  return hidden_bytes() > limits::kHiddenBytesMax;
}

std::string ChannelFilter::Read(std::string_view text, Ending ending) {
  read_bytes_ += text.size();
  buffer_.Append(text);
  Run(ending);
  return Take();
}

std::string ChannelFilter::Take() {
  std::string text = visible_.Take();
  shown_bytes_ += text.size();
  return text;
}

void ChannelFilter::Run(Ending ending) {
  while (!buffer_.is_empty() && Step(ending)) continue;
}

bool ChannelFilter::Step(Ending ending) {
  switch (state_) {
    case State::kVisible:
      return StepVisible(ending);
    case State::kHeader:
      return StepHeader(ending);
    case State::kRole:
      return StepRole(ending);
    case State::kAfterClose:
      return StepAfterClose(ending);
    case State::kReasoning:
    case State::kHidden:
      return StepHidden(ending);
    case State::kDone:
      break;
  }
  buffer_.Take(buffer_.rest().size());
  return true;
}

bool ChannelFilter::StepVisible(Ending ending) {
  const std::size_t start = buffer_.FindStart(words());
  if (start > 0) {
    AddVisible(buffer_.Take(start));
    return true;
  }
  const MarkerBuffer::Front front = buffer_.LookAtFront(words(), ending);
  if (front.match.kind == Kind::kPartial) return false;
  if (front.match.kind == Kind::kNone) {
    AddVisible(buffer_.Take(front.at));
    return true;
  }
  const Quote quote = code_.is_inside() ? JudgeQuote(ending) : Quote{Quote::Kind::kNone};
  if (quote.kind == Quote::Kind::kOpen) return false;
  if (quote.kind == Quote::Kind::kClosed) {
    AddVisible(buffer_.Take(quote.byte_count));
  } else {
    ActInVisible(front.match, front.at);
  }
  return true;
}

ChannelFilter::Quote ChannelFilter::JudgeQuote(Ending ending) {
  using End = MarkdownCode::End::Kind;
  const std::string_view ahead = buffer_.rest().substr(0, kQuotedBytesMax);
  const MarkdownCode::End end = code_.FindEnd(ahead);
  if (end.kind == End::kClosed) return {Quote::Kind::kClosed, end.byte_count};
  if (end.kind == End::kNotYet && ahead.size() < kQuotedBytesMax) {
    if (ending == Ending::kOpen) return {Quote::Kind::kOpen};
    // Backticks at the very end close as well.
    MarkdownCode whole = code_;
    whole.Read(ahead);
    if (!whole.is_inside()) return {Quote::Kind::kClosed, ahead.size()};
  }
  code_ = MarkdownCode();
  return {Quote::Kind::kNone};
}

void ChannelFilter::ActInVisible(MarkerMatch match, std::size_t at) {
  using enum MarkerKind;
  const bool is_opening = visible_.is_opening();
  const bool is_orphan = match.marker == kReasoningClose || match.marker == kMessage;
  const bool ends_nothing = match.marker == kEnd && !visible_.has_text() && at == 0;
  if (match.marker == kNoise || ends_nothing || (is_orphan && !is_opening)) {
    buffer_.Erase(at, match.byte_count);
    return;
  }
  if (match.marker == kReasoningOpen) {
    interrupted_ = buffer_.Take(at);
    buffer_.Take(match.byte_count);
    depth_ = 1;
    state_ = State::kReasoning;
    return;
  }
  AddVisible(buffer_.Take(at));
  buffer_.Take(match.byte_count);
  if (match.marker == kReasoningClose || match.marker == kChannelClose) {
    if (is_opening) RestartOpening();
  } else if (match.marker == kMessage || match.marker == kConstrain) {
    // The begin of the header is missing: what is held back is the rest of it.
    header_ = MessageHeader();
    header_.BeginChannel();
    if (is_opening) {
      header_.Read(visible_.opening());
      RestartOpening();
    }
    state_ = State::kHeader;
  }
  if (match.marker != kReasoningClose) Enter(match.marker);
}

bool ChannelFilter::StepHidden(Ending ending) {
  const std::size_t start = buffer_.FindStart(words());
  if (start > 0) {
    buffer_.Take(start);
    return true;
  }
  const MarkerBuffer::Front front = buffer_.LookAtFront(words(), ending);
  if (front.match.kind == Kind::kPartial) return false;
  buffer_.Take(front.at);
  if (front.match.kind == Kind::kNone) return true;
  buffer_.Take(front.match.byte_count);
  if (state_ == State::kReasoning) {
    ActInReasoning(front.match.marker);
  } else {
    ActInHidden(front.match.marker);
  }
  return true;
}

void ChannelFilter::ActInReasoning(MarkerKind marker) {
  using enum MarkerKind;
  switch (marker) {
    case kReasoningOpen:
      ++depth_;
      return;
    case kReasoningClose:
      if (--depth_ > 0) return;
      state_ = State::kVisible;
      buffer_.PutBack(interrupted_);
      return;
    case kNoise:
    case kEnd:
    case kMessage:
    case kConstrain:
    case kChannelClose:
      return;
    default:
      // A new message ends the reasoning, and what it had interrupted was the end of a text.
      AddVisible(interrupted_);
      Enter(marker);
  }
}

void ChannelFilter::ActInHidden(MarkerKind marker) {
  using enum MarkerKind;
  switch (marker) {
    case kNoise:
    case kMessage:
    case kConstrain:
    case kReasoningOpen:
    case kReasoningClose:
      return;
    default:
      Enter(marker);
  }
}

bool ChannelFilter::StepHeader(Ending ending) {
  using enum MarkerKind;
  const MarkerMatch match = MatchMarker(buffer_.rest(), ending);
  if (match.kind == Kind::kPartial) return false;
  if (match.kind == Kind::kNone) {
    header_.Read(buffer_.Take(buffer_.first_character_size()));
    if (header_.is_too_long()) EndMalformedHeader();
    return true;
  }
  const bool is_noise =
      match.marker == kNoise || match.marker == kReasoningOpen || match.marker == kReasoningClose;
  const bool is_part = match.marker == kMessage || match.marker == kConstrain;
  const bool is_channel =
      match.marker == kChannel || match.marker == kThoughtChannel || match.marker == kChannelClose;
  if (!is_noise && !is_part && (!is_channel || !header_.FinalText().empty())) {
    // The marker is read again once the header is out of its way.
    EndMalformedHeader();
    return true;
  }
  buffer_.Take(match.byte_count);
  if (!is_noise) Enter(match.marker);
  return true;
}

bool ChannelFilter::StepRole(Ending ending) {
  const std::string role = ToLowerAscii(buffer_.rest().substr(0, kRoleBytesMax));
  const bool may_grow = std::all_of(role.begin(), role.end(), IsLowerAscii);
  if (may_grow && role.size() < kRoleBytesMax && ending == Ending::kOpen) return false;
  for (const std::string_view own : {"assistant", "model"}) {
    if (!role.starts_with(own)) continue;
    buffer_.Take(own.size());
    BeginReply();
    return true;
  }
  state_ = State::kHidden;
  if (role.starts_with("user")) BeginUserTurn();
  return true;
}

bool ChannelFilter::StepAfterClose(Ending ending) {
  const std::string_view text = buffer_.rest();
  bool is_channel = false;
  for (const std::string_view name : kChannels) {
    if (name.starts_with(text)) {
      if (ending == Ending::kOpen) return false;
      is_channel = is_channel || name == text;
    }
    if (text.size() <= name.size() || !text.starts_with(name)) continue;
    // A space after `final` is prose; after other names it leads to a recipient or to reasoning.
    const char next = text[name.size()];
    is_channel = !IsLowerAscii(next) && (next != ' ' || name != kFinal);
  }
  if (is_channel) {
    Enter(MarkerKind::kChannel);
  } else if (closes_thought_) {
    BeginFinal();
  } else {
    state_ = State::kHidden;
  }
  return true;
}

void ChannelFilter::Enter(MarkerKind marker) {
  using enum MarkerKind;
  buffer_.BeginText();
  switch (marker) {
    case kChannel:
    case kThoughtChannel:
      if (state_ != State::kHeader) header_ = MessageHeader();
      marker == kChannel ? header_.BeginChannel() : header_.BeginThoughtChannel();
      state_ = State::kHeader;
      saw_channel_ = true;
      return;
    case kChannelClose:
      closes_thought_ = state_ == State::kVisible || header_.is_thought();
      state_ = State::kAfterClose;
      return;
    case kStart:
      header_ = MessageHeader();
      state_ = State::kHeader;
      return;
    case kConstrain:
      header_.BeginFormat();
      return;
    case kMessage:
      return EndHeader();
    case kRole:
      state_ = State::kRole;
      return;
    case kUserTurn:
      return BeginUserTurn();
    case kAssistantTurn:
      return BeginReply();
    case kWordFinal:
      is_stripped_ = true;
      return BeginFinal();
    case kWordHidden:
      is_stripped_ = true;
      saw_channel_ = true;
      break;
    case kEnd:
    case kOtherTurn:
    case kReasoningOpen:
    case kReasoningClose:
    case kNoise:
      break;
  }
  header_ = MessageHeader();
  state_ = State::kHidden;
}

void ChannelFilter::EndHeader() {
  saw_channel_ = true;
  if (header_.is_final()) return BeginFinal();
  state_ = State::kHidden;
  if (header_.is_of_user()) BeginUserTurn();
}

void ChannelFilter::EndMalformedHeader() {
  const std::string text = header_.FinalText();
  state_ = State::kHidden;
  if (text.empty()) return;
  BeginFinal();
  buffer_.PutBack(text);
}

void ChannelFilter::BeginFinal() {
  if (visible_.is_opening()) visible_.DropOpening();
  saw_channel_ = true;
  saw_final_ = true;
  BeginReply();
}

void ChannelFilter::BeginReply() {
  visible_.BeginParagraph();
  header_ = MessageHeader();
  code_ = MarkdownCode();
  buffer_.BeginText();
  state_ = State::kVisible;
}

void ChannelFilter::BeginUserTurn() {
  // What follows a reply as words of the user was made up by the model, and so is what answers it.
  state_ = visible_.has_text() ? State::kDone : State::kHidden;
}

void ChannelFilter::RestartOpening() {
  visible_.RestartOpening();
  code_ = MarkdownCode();
}

MarkerBuffer::Words ChannelFilter::words() const {
  using Words = MarkerBuffer::Words;
  if (state_ == State::kHidden) return Words::kAnywhere;
  const bool expects_words = is_stripped_ || visible_.is_opening();
  return state_ == State::kVisible && expects_words ? Words::kGlued : Words::kIgnored;
}

void ChannelFilter::AddVisible(std::string_view text) {
  code_.Read(text);
  const Opening opening = visible_.Add(text);
  if (opening == Opening::kReasoning) {
    is_stripped_ = true;
    saw_channel_ = true;
    code_ = MarkdownCode();
    state_ = State::kHidden;
  } else if (opening == Opening::kFinal) {
    is_stripped_ = true;
    saw_final_ = true;
  }
}

}  // namespace nat
