#include "chat/stages/text_hygiene.h"

#include <utility>

#include "base/limits.h"
#include "base/text.h"
#include "base/utf8.h"

namespace nat {
namespace {

Error TooLong() {
  return Error(ErrorCode::kInvalidInput, "the message is longer than a message may be",
               "This is longer than one message can be, which is 8,000 characters. Nothing was "
               "sent. It can go in two or three parts.");
}
static_assert(limits::kMessageCharactersMax == 8'000, "the sentence above names the bound");

}  // namespace

Result<std::string> CheckMessage(std::string_view message) {
  if (message.size() > limits::kMessageBytesMax) return TooLong();
  if (!IsValidUtf8(message)) {
    return Error(ErrorCode::kInvalidInput, "the message is not valid UTF-8",
                 "Some of this text arrived damaged. Nothing was sent. Please send it again.");
  }
  const std::string visible = NormalizeNfc(RemoveInvisible(UnifyLineEnds(message)));
  const std::string_view text = TrimWhiteSpace(visible);
  if (text.empty()) {
    return Error(ErrorCode::kInvalidInput, "the message holds nothing to read",
                 "There is nothing to read in this message yet. Nothing was sent.");
  }
  const bool is_too_long = text.size() > limits::kMessageBytesMax ||
                           CountCharacters(text) > limits::kMessageCharactersMax;
  if (is_too_long) return TooLong();
  return std::string(text);
}

Task<Result<Verdict>> TextHygiene::Judge(StageInput input) {
  auto checked = CheckMessage(input.text);
  if (!checked) co_return checked.error();
  Verdict verdict;
  if (*checked != input.text) {
    verdict.kind = Verdict::Kind::kReplace;
    verdict.text = std::move(*checked);
    verdict.reason = "cleaned";
  }
  co_return verdict;
}

}  // namespace nat
