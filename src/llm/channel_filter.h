// What a person may see of what a model wrote. Takes the raw content of a reply as it streams in
// and gives the visible part: the text of the `final` channel, or all of it where a model has no
// channels. Reasoning, tool calls, headers and special tokens are dropped, also where a server
// mangled them (research in docs/adr; the leak forms are the table of channel_filter_test.cc).
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace nat {

class ChannelFilter {
 public:
  // The visible text that is certain with this token, often empty. The token may end anywhere, also
  // inside a UTF-8 character; what comes out is valid UTF-8 and together the same however the
  // content was cut.
  std::string Feed(std::string_view token);
  // The visible rest at the end of the stream.
  std::string Finish();

  bool has_visible_text() const;
  std::size_t hidden_bytes() const;
  // More was hidden than kHiddenBytesMax: a reply that only thinks is to be given up.
  bool is_over_limit() const;
};

}  // namespace nat
