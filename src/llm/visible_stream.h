// A provider's stream with everything hidden taken out: reasoning, channel markers, think blocks
// (channel_filter.h). An answer without one visible character is an error, so that the gateway can
// ask someone else.
#pragma once

#include <memory>
#include <optional>
#include <string>

#include "llm/channel_filter.h"
#include "llm/provider.h"

namespace nat {

class VisibleStream final : public TokenStream {
 public:
  explicit VisibleStream(std::unique_ptr<TokenStream> raw) : raw_(std::move(raw)) {}

  // Waits for the first text that is more than white space, and keeps it for Next(). kEmptyReply
  // where there is none.
  Task<Status> Peek();
  Task<Result<std::optional<std::string>>> Next() override;
  std::optional<Usage> usage() const override { return raw_->usage(); }

 private:
  std::unique_ptr<TokenStream> raw_;
  ChannelFilter filter_;
  std::optional<std::string> peeked_;
  bool is_at_end_ = false;
};

}  // namespace nat
