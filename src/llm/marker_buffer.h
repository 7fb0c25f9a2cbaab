// The part of a stream that is not decided yet, with the search for markers at its front.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include "llm/marker.h"

namespace nat {

class MarkerBuffer {
 public:
  // Whether words that lost their markers count: not at all, where they are glued to the text
  // before them, or after any character but a quote.
  enum class Words { kIgnored, kGlued, kAnywhere };

  // What stands at the front: from `at` on a marker, or what may become one, and before it begins
  // of markers that it interrupts. At kNone, `at` bytes of the front are text.
  struct Front {
    MarkerMatch match;
    std::size_t at = 0;
  };

  void Append(std::string_view text);
  void PutBack(std::string_view text) { text_.insert(begin_, text); }
  void Erase(std::size_t at, std::size_t byte_count) { text_.erase(begin_ + at, byte_count); }
  // Takes up to so many bytes from the front. The view stands until the buffer changes otherwise.
  std::string_view Take(std::size_t byte_count);
  // The next text has nothing to do with the one before it.
  void BeginText() { previous_ = '\0'; }

  bool is_empty() const { return begin_ == text_.size(); }
  std::string_view rest() const { return std::string_view(text_).substr(begin_); }

  // The first place where a marker might begin, or npos.
  std::size_t FindStart(Words words) const { return FindStart(rest(), words); }
  // `rest()` begins where FindStart found something.
  Front LookAtFront(Words words, Ending ending) const;
  std::size_t first_character_size() const;

 private:
  static std::size_t FindStart(std::string_view text, Words words);
  MarkerMatch MatchAt(std::size_t at, Words words, Ending ending) const;

  std::string text_;
  std::size_t begin_ = 0;
  char previous_ = '\0';  // the byte before `begin_`
};

}  // namespace nat
