// The way out of the channel filter: text that is for the person, as far as it is certain. It holds
// back the opening of a reply (opening.h) and white space that nothing follows yet, and trims the
// reply as a whole.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include "llm/opening.h"

namespace nat {

class VisibleText {
 public:
  // Adds whole characters. kReasoning says that the reply opened as reasoning: all that was added
  // is dropped, also the rest of `text`. kFinal says that the name of the final channel was dropped
  // from its start.
  Opening Add(std::string_view text);

  // Later text stands apart from what there is, as a paragraph of its own.
  void BeginParagraph();
  // What was held back is shown, or dropped; in both cases later text opens nothing any more.
  void ReleaseOpening();
  void DropOpening();
  // What was held back is dropped, and later text is an opening again.
  void RestartOpening();

  bool is_opening() const { return is_opening_; }
  std::string_view opening() const { return opening_; }
  bool has_text() const { return has_shown_ || !opening_.empty(); }
  bool has_shown() const { return has_shown_; }

  // What can be shown since the last call.
  std::string Take();

 private:
  Opening AddToOpening(std::string_view character);
  void Show(std::string_view text);

  bool is_opening_ = true;
  bool is_suspect_ = false;
  std::string opening_;  // at most kSuspectOpeningBytes and a character
  bool has_shown_ = false;
  std::string space_;  // after what was shown
  std::string ready_;
};

}  // namespace nat
