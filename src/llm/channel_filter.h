// What a person may see of what a model wrote. Takes the raw content of a reply as it streams in
// and gives the visible part: the text of the `final` channel, or all of it where a model has no
// channels. Reasoning, tool calls, headers and special tokens are dropped, also where a server
// mangled them. One filter serves one reply.
//
//   ChannelFilter filter;
//   while (...) Show(filter.Feed(token));
//   Show(filter.Finish());
//   if (!filter.has_visible_text()) ...   // reasoning only: the reply failed, and nothing hidden
//   may stand in for it
//
// What is decided where a leak and a reply look alike:
//   - A channel is shown if its name is exactly `final` and it has no recipient. Anything else in a
//   header hides.
//   - The opening of a reply is held back (opening.h: 48 bytes, 4 KiB where it reads like
//   reasoning). An end of
//     reasoning without a begin, such as </think>, hides an opening that is still held; later only
//     the tag is dropped, as what was shown cannot be taken back.
//   - Reasoning that is not closed hides everything to the end.
//   - A marker in a code span or fence is text, provided the code is closed within 4 KiB. Otherwise
//   it acts.
//   - Two finals are two paragraphs. After a reply, a turn of the user ends it: the model talks to
//   itself.
//   - White space inside the reply stays, outside it is dropped.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include "base/markdown_code.h"
#include "base/utf8.h"
#include "llm/marker.h"
#include "llm/marker_buffer.h"
#include "llm/message_header.h"
#include "llm/visible_text.h"

namespace nat {

class ChannelFilter {
 public:
  // The visible text that is certain with this token, often empty. The token may end anywhere, also
  // inside a UTF-8 character; what comes out is valid UTF-8, and together the same however the
  // content was cut.
  std::string Feed(std::string_view token);
  // The visible rest at the end of the stream.
  std::string Finish();

  bool has_visible_text() const { return visible_.has_shown(); }
  // Whether a channel, or what is left of its header, said that final text follows.
  bool saw_final() const { return saw_final_; }
  // What was read and not shown, also the little that is still held back.
  std::size_t hidden_bytes() const { return read_bytes_ - shown_bytes_; }
  // More is hidden than kHiddenBytesMax: a reply that only thinks is to be given up.
  bool is_over_limit() const;

 private:
  enum class State {
    kVisible,
    kReasoning,   // inside <think>
    kHeader,      // after <|start|> or <|channel|>
    kRole,        // after <|im_start|>
    kAfterClose,  // after <channel|>
    kHidden,      // in a message that is not for the person, or between messages
    kDone,        // nothing visible can follow
  };
  // Code around a marker that stands first in the buffer.
  struct Quote {
    enum class Kind { kNone, kOpen, kClosed };
    Kind kind = Kind::kNone;
    std::size_t byte_count = 0;  // up to the end of the code, at kClosed
  };

  std::string Read(std::string_view text, Ending ending);
  std::string Take();
  void Run(Ending ending);
  // Each step takes something from the front of the buffer; false where it needs more to decide.
  bool Step(Ending ending);
  bool StepVisible(Ending ending);
  bool StepHidden(Ending ending);
  bool StepHeader(Ending ending);
  bool StepRole(Ending ending);
  bool StepAfterClose(Ending ending);

  // Which words without markers are to be expected here.
  MarkerBuffer::Words words() const;

  Quote JudgeQuote(Ending ending);
  // What a marker does that `at` bytes of an interrupted marker precede.
  void ActInVisible(MarkerMatch match, std::size_t at);
  void ActInReasoning(MarkerKind marker);
  void ActInHidden(MarkerKind marker);
  void Enter(MarkerKind marker);
  void EndHeader();
  void EndMalformedHeader();
  void BeginFinal();
  void BeginReply();
  void BeginUserTurn();
  void RestartOpening();

  void AddVisible(std::string_view text);

  State state_ = State::kVisible;
  Utf8Assembler assembler_;
  MarkerBuffer buffer_;
  VisibleText visible_;
  MarkdownCode code_;
  MessageHeader header_;
  // The begin of a marker that a reasoning block interrupted; it goes on after the block.
  std::string interrupted_;
  std::size_t depth_ = 0;        // of reasoning blocks
  bool is_stripped_ = false;     // markers are missing and their words are there
  bool closes_thought_ = false;  // in kAfterClose: visible text follows
  bool saw_channel_ = false;
  bool saw_final_ = false;
  std::size_t read_bytes_ = 0;
  std::size_t shown_bytes_ = 0;
};

}  // namespace nat
