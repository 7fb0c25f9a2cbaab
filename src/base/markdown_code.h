// Follows Markdown as it streams in and knows whether a place is inside code: a span between
// backticks or a fenced block. Less than a parser of Markdown: enough to tell quoted text from text
// that means something.
//
//   MarkdownCode code;
//   code.Read(token);
//   if (code.is_inside()) ...
#pragma once

#include <cstddef>
#include <string_view>

namespace nat {

class MarkdownCode {
 public:
  // What a character did: a span ends `kClosed` at its backticks, and `kAbandoned` at a blank line,
  // where it turns out that its opening backticks were only backticks.
  enum class Change { kNone, kOpened, kClosed, kAbandoned };

  // A run of backticks or tildes counts once a different character follows it.
  Change Read(char character);
  void Read(std::string_view text);

  // Whether the next character would be code, if it is neither a backtick nor a tilde.
  bool is_inside() const;

  // Where the code that is open here ends in `ahead`, which follows what was read.
  struct End {
    enum class Kind { kClosed, kAbandoned, kNotYet };
    Kind kind = Kind::kNotYet;
    std::size_t byte_count = 0;  // where kClosed: of `ahead`, up to and with the closing run
  };
  End FindEnd(std::string_view ahead) const;

 private:
  enum class Place { kProse, kSpan, kFence };

  Change EndRun();

  Place place_ = Place::kProse;
  char mark_ = '`';         // what opened the code: a backtick or a tilde
  std::size_t length_ = 0;  // and how many of them
  bool is_on_opening_line_ = false;

  char run_mark_ = '`';
  std::size_t run_length_ = 0;  // of the run being read; 0 outside one
  // Whether only what may stand before a fence was on this line: space, and marks of quotes and
  // lists.
  bool is_at_line_start_ = true;
  bool is_line_blank_ = false;  // the first line is none, as nothing can be open before it
};

}  // namespace nat
