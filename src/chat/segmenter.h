// Tokens to segments: cuts a reply, while it arrives, into pieces of a clause or a sentence, which
// is what stages judge and what a person is shown at once.
//
//   Segmenter segmenter;
//   for (auto& segment : segmenter.Feed(token)) Show(segment);
//   Show(segmenter.Finish());
//
// All segments together are exactly the text that was fed. Where they are cut depends on the text
// alone, not on the size of the tokens. A segment ends
//   - after a sentence: . ! ? … and what closes quotes and brackets after them, when white space
//   follows; 。！？ and
//     the like without white space; । and ॥;
//   - before a line break;
//   - after a clause (comma, semicolon, colon, dash) once it is long enough, which for the first
//   one is very short, so
//     that the first words show soon;
//   - at kSegmentBytesMax in any case: at the last white space if there is one, and never inside a
//   character or an
//     emoji of several.
// It does not end after abbreviations, initials and the numbers of lists, inside numbers, nor
// inside code, links and brackets. White space belongs to the segment after it.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace nat {

class Segmenter {
 public:
  // The segments that are complete with `token`, often none. It may end inside a UTF-8 character.
  std::vector<std::string> Feed(std::string_view token);
  // What is left, at most kSegmentBytesMax bytes; empty where nothing is. The segmenter is then as
  // new.
  std::string Finish();

 private:
  enum class Code { kNone, kSpan, kFence };
};

}  // namespace nat
