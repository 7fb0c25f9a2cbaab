#include "llm/gateway.h"

#include <algorithm>
#include <boost/asio/this_coro.hpp>
#include <utility>

#include "llm/visible_stream.h"

namespace nat {

Gateway::Gateway(Clock& clock, Metrics& metrics, Log& log,
                 std::vector<std::unique_ptr<Provider>> providers)
    : clock_(clock), metrics_(metrics), log_(log), providers_(std::move(providers)) {
  NAT_CHECK(!providers_.empty());
}

Task<Result<OpenedStream>> Gateway::Open(ChatRequest request) {
  const auto deadline = clock_.SteadyNow() + limits::kFirstTextBudget;
  Error last(ErrorCode::kUnavailable, "no provider");
  for (std::size_t index = 0; index < providers_.size(); ++index) {
    Provider& provider = *providers_[index];
    auto attempt = OpenOne(provider, request);
    auto limited = WithTimeout(clock_, std::move(attempt), LimitFor(index, deadline));
    auto opened = co_await std::move(limited);
    if (opened) {
      opened->is_last_resort = index > 0 && index + 1 == providers_.size();
      co_return opened;
    }
    last = std::move(opened).error();
    auto cancellation = co_await asio::this_coro::cancellation_state;
    if (cancellation.cancelled() != asio::cancellation_type::none) {
      co_return Error(ErrorCode::kCancelled, "stopped while a provider was asked");
    }
    NoteFailure(provider, last);
  }
  co_return last;
}

Task<Result<OpenedStream>> Gateway::OpenOne(Provider& provider, ChatRequest request) {
  auto stream = co_await provider.Open(std::move(request));
  if (!stream && stream.error().code == ErrorCode::kInvalidInput) {
    // The request was ours, not the person's: its public sentence must not blame them.
    co_return Error(ErrorCode::kUpstreamRefused, std::move(stream).error().message);
  }
  if (!stream) co_return stream.error();
  auto visible = std::make_unique<VisibleStream>(std::move(*stream));
  auto peeked = co_await visible->Peek();
  if (!peeked) co_return peeked.error();
  OpenedStream opened;
  opened.source = provider.source();
  opened.tokens = std::move(visible);
  co_return opened;
}

// What is left is shared evenly by those still to be asked, so that a silent first provider leaves
// time for the rest.
std::chrono::nanoseconds Gateway::LimitFor(std::size_t index, SteadyTime deadline) const {
  const auto left = deadline - clock_.SteadyNow();
  const auto providers_left = static_cast<std::int64_t>(providers_.size() - index);
  const bool is_last = providers_left == 1;
  if (is_last) return std::max<std::chrono::nanoseconds>(left, limits::kLastResortTimeout);
  const bool is_followed_by_last_resort_only = providers_left == 2;
  if (is_followed_by_last_resort_only) {
    return std::min<std::chrono::nanoseconds>(left, limits::kFirstTokenTimeout);
  }
  return left / (providers_left - 1);
}

void Gateway::NoteFailure(const Provider& provider, const Error& error) {
  const auto word = TraitsOf(error.code).word;
  metrics_.CountProviderFailure(provider.source().provider, word);
  log_.Write(LogLevel::kWarning, "provider.failed",
             {{"provider", provider.source().provider},
              {"error", std::string(word)},
              {"message", error.message}});
}

}  // namespace nat
