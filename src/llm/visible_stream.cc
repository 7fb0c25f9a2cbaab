#include "llm/visible_stream.h"

#include <utility>

#include "base/text.h"

namespace nat {

Task<Status> VisibleStream::Peek() {
  std::string first;
  while (TrimWhiteSpace(first).empty()) {
    auto text = co_await Next();
    if (!text) co_return text.error();
    if (!text->has_value()) {
      co_return Error(ErrorCode::kEmptyReply, "the answer held no visible text");
    }
    first += **text;
  }
  peeked_ = std::move(first);
  co_return Ok();
}

Task<Result<std::optional<std::string>>> VisibleStream::Next() {
  if (peeked_) co_return std::exchange(peeked_, std::nullopt);
  while (!is_at_end_) {
    auto token = co_await raw_->Next();
    if (!token) co_return token.error();
    is_at_end_ = !token->has_value();
    auto visible = is_at_end_ ? filter_.Finish() : filter_.Feed(**token);
    if (filter_.is_over_limit()) {
      co_return Error(ErrorCode::kEmptyReply, "the answer hid more than can be dropped");
    }
    if (!visible.empty()) co_return std::optional<std::string>(std::move(visible));
  }
  co_return std::optional<std::string>();
}

}  // namespace nat
