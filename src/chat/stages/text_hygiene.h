// The first look at what a person typed: it can be read, it says something, and it is not too long.
#pragma once

#include <string>
#include <string_view>

#include "chat/stage.h"

namespace nat {

// The message as it is stored: in NFC, with line feeds as line ends, without characters that cannot
// be seen and without white space at its ends (base/text.h). kInvalidInput with words for the
// person where it is not valid UTF-8, holds nothing, or is longer than kMessageCharactersMax or
// kMessageBytesMax. To be asked before a message is stored.
Result<std::string> CheckMessage(std::string_view message);

// The same as a stage, for texts that did not come in through CheckMessage. What already was
// checked passes.
class TextHygiene final : public Stage {
 public:
  std::string_view name() const override { return "text_hygiene"; }
  Task<Result<Verdict>> Judge(StageInput input) override;
};

}  // namespace nat
