// Takes out of a reply that carries on from an earlier one what that one has said already: models
// that are told to go on often begin again, or repeat their last sentence first.
//
//   EchoFilter filter(stored_text);
//   Show(filter.Feed(token));
//   Show(filter.Finish());
//
// Only the beginning is looked at. It is held back as long as it can still be a repetition: of the
// earlier text from its beginning, or of its last words from the beginning of a clause. White
// space and the case of a to z do not count. What is short is never taken for a repetition.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace nat {

class EchoFilter {
 public:
  // `earlier` is empty where nothing is carried on: then nothing is held back.
  explicit EchoFilter(std::string_view earlier);

  // What of the text so far may be shown, often nothing at first. A token may end inside a UTF-8
  // character.
  std::string Feed(std::string_view token);
  // The rest, at the end of the reply.
  std::string Finish();

 private:
  void Hold(std::string_view token);
  bool MayBeEcho() const;
  std::size_t EchoBytes() const;
  bool EndsWord(std::size_t count) const;
  std::string Decide();

  std::string earlier_;            // its letters: without white space and case
  std::string held_;               // the beginning of the reply
  std::string letters_;            // its letters,
  std::vector<std::size_t> ends_;  // and where in held_ each of them ends
  bool begins_alike_ = true;       // whether all of them are also the first ones of earlier_
  bool is_decided_ = false;
};

}  // namespace nat
