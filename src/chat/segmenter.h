// Tokens to segments: cuts a reply, while it arrives, into pieces of a clause or a sentence, which
// is what stages judge and what a person is shown at once.
//
//   Segmenter segmenter;
//   for (auto& segment : segmenter.Feed(token)) Show(segment);
//   Show(segmenter.Finish());
//
// All segments together are exactly the text that was fed, and where they are cut depends on the
// text alone, not on the size of the tokens. White space belongs to the segment after it. A segment
// ends
//   - after a sentence, with what closes quotes and brackets: . ! ? … before white space, and the
//     marks of scripts that are written without spaces; in front of a small letter as a clause;
//   - before a line break;
//   - after a clause (comma, semicolon, colon, dash) once it is long enough; the first one may be
//     short, so that the first words show soon;
//   - near kSegmentBytesMax in any case, at white space if there is some, and outside of characters
//     and emoji of several parts.
// It does not end after abbreviations, initials, the numbers of lists, and dots that trail off; nor
// inside numbers, code and links.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "base/markdown_code.h"
#include "chat/punctuation.h"

namespace nat {

class Segmenter {
 public:
  // The segments that are complete with `token`, often none. It may end inside a UTF-8 character.
  std::vector<std::string> Feed(std::string_view token);
  // What of the segment that is not whole yet ends with a word, or in scripts without spaces with a
  // character; may be empty. For a reply so slow that its first segment must not be waited for.
  std::string CutWords();
  // What is left, at most kSegmentBytesMax bytes and empty where nothing is. The segmenter is then
  // as new.
  std::string Finish();

 private:
  // Where the segment ends: after `byte_count` bytes, not at the next character, or not known yet.
  struct Cut {
    enum class Kind { kHere, kNotHere, kUnknown };
    Kind kind = Kind::kNotHere;
    std::size_t byte_count = 0;
  };
  // Where in a Markdown link [text](target) the text is.
  enum class Link { kNone, kText, kTextEnded, kTarget };
  struct Ahead;

  Cut LookAtNext() const;
  Cut JudgeEnd(char32_t mark, std::size_t size) const;
  Ahead LookAhead(std::size_t from) const;
  bool IsLongEnoughForClause(std::size_t byte_count) const;
  bool IsStopOfWord() const;
  bool is_quoted() const;
  std::size_t ForcedCut() const;

  void Take(std::size_t byte_count);
  void TakeCharacter(char32_t character, std::string_view bytes);
  void FollowLink(char32_t character);
  std::string CutOff(std::size_t byte_count);

  std::string_view rest() const { return std::string_view(text_).substr(begin_); }

  std::string text_;  // the segment begins at `begin_`
  std::size_t begin_ = 0;
  std::size_t taken_ = 0;  // bytes of the segment that are looked at
  bool has_words_ = false;
  bool is_first_ = true;
  std::size_t last_space_ = 0;  // the last place where white space follows words
  std::size_t last_break_ = 0;  // the last place that is not inside of an emoji
  std::size_t space_ = 0;       // where the last white space begins
  char32_t before_space_ = 0;
  char32_t previous_ = 0;
  MarkdownCode code_;
  Link link_ = Link::kNone;
  std::size_t link_characters_ = 0;
};

}  // namespace nat
