#include "llm/companion/companion_provider.h"

#include <algorithm>
#include <chrono>
#include <optional>
#include <string>
#include <utility>

#include "base/limits.h"

namespace nat {
namespace {

// The words of a finished reply, one at a time. A word keeps the blanks that come before it.
class SpokenReply final : public TokenStream {
 public:
  SpokenReply(Clock& clock, std::string reply, Pace pace)
      : clock_(clock), reply_(std::move(reply)), pace_(pace) {}

  Task<Result<std::optional<std::string>>> Next() override {
    if (at_ == reply_.size()) co_return std::optional<std::string>();
    if (pace_ == Pace::kHuman && at_ > 0) co_await clock_.Sleep(Pause());
    const std::size_t end = pace_ == Pace::kHuman ? EndOfWord() : reply_.size();
    std::optional<std::string> token = reply_.substr(at_, end - at_);
    at_ = end;
    co_return std::move(token);
  }

 private:
  std::size_t EndOfWord() const {
    const std::size_t word = reply_.find_first_not_of(' ', at_);
    if (word == std::string::npos) return reply_.size();
    return std::min(reply_.find(' ', word), reply_.size());
  }

  // Uneven as speech is, and the same every time.
  std::chrono::nanoseconds Pause() const {
    constexpr auto kRange = limits::kCompanionWordPauseMax - limits::kCompanionWordPauseMin;
    return limits::kCompanionWordPauseMin + kRange * static_cast<int>(at_ % 4) / 3;
  }

  Clock& clock_;
  std::string reply_;
  std::size_t at_ = 0;
  Pace pace_;
};

}  // namespace

CompanionProvider::CompanionProvider(Clock& clock, Script script)
    : clock_(clock),
      script_(std::move(script)),
      companion_(script_),
      source_{"companion", script_.version} {}

Task<Result<std::unique_ptr<TokenStream>>> CompanionProvider::Open(ChatRequest request) {
  std::string reply = companion_.Reply(request.messages, request.seed);
  std::unique_ptr<TokenStream> stream =
      std::make_unique<SpokenReply>(clock_, std::move(reply), request.pace);
  co_return std::move(stream);
}

}  // namespace nat
