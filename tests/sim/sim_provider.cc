#include "tests/sim/sim_provider.h"

#include <algorithm>
#include <array>
#include <utility>

#include "base/limits.h"

namespace nat {
namespace {

Asking Read(const ChatRequest& request) {
  Asking asking;
  asking.conversation = request.seed;
  const auto& last = request.messages.back();
  asking.words = last.text;
  asking.is_continuation = last.role == Role::kSystem;
  for (const auto& message : request.messages) {
    if (message.role == Role::kAssistant) asking.reply_before = message.text;
  }
  return asking;
}

Error Refusal(Dice& dice) {
  constexpr std::array kCodes = {ErrorCode::kUnavailable, ErrorCode::kRateLimited,
                                 ErrorCode::kUpstream, ErrorCode::kUpstreamRefused,
                                 ErrorCode::kInvalidInput};
  return Error(kCodes[dice.Below(kCodes.size())], "a seeded refusal");
}

// While it stands, a reply is being made in the conversation.
class Making {
 public:
  Making(ProviderStage& stage, std::string conversation)
      : stage_(stage), at_(stage.busy.insert(std::move(conversation))) {
    stage_.most_at_once = std::max(stage_.most_at_once, stage_.busy.count(*at_));
  }
  ~Making() { stage_.busy.erase(at_); }
  Making(const Making&) = delete;
  Making& operator=(const Making&) = delete;

 private:
  ProviderStage& stage_;
  std::multiset<std::string>::iterator at_;
};

// False where the task was cancelled meanwhile.
Task<bool> Pause(ManualClock& clock, std::chrono::nanoseconds duration) {
  const auto until = clock.SteadyNow() + duration;
  co_await clock.SleepUntil(until);
  co_return clock.SteadyNow() >= until;
}

constexpr auto kForEver = std::chrono::hours(24);

}  // namespace

class SimProvider::Stream final : public TokenStream {
 public:
  Stream(ProviderStage& stage, const Script& script, std::unique_ptr<Making> making)
      : stage_(stage), script_(script), making_(std::move(making)) {}

  Task<Result<std::optional<std::string>>> Next() override {
    if (at_ == script_.tokens.size()) co_return co_await End();
    // Most tokens of a real stream arrive together with others.
    const auto pause =
        stage_.dice.Percent(50) ? std::chrono::nanoseconds(0) : stage_.dice.UpTo(script_.pause_max);
    const bool is_over = co_await Pause(stage_.clock, pause);
    if (!is_over) co_return Error(ErrorCode::kCancelled, "cancelled between two tokens");
    co_return std::optional<std::string>(script_.tokens[at_++]);
  }

 private:
  Task<Result<std::optional<std::string>>> End() {
    switch (script_.ending) {
      case Script::Ending::kEnds:
        co_return std::optional<std::string>();
      case Script::Ending::kBreaks:
        ++stage_.tally.streams_broken;
        co_return Error(ErrorCode::kUpstream, "a seeded break");
      case Script::Ending::kFallsSilent:
      case Script::Ending::kHangs:
        break;
    }
    ++stage_.tally.streams_fell_silent;
    // One of them keeps its own time limit, for the other one somebody else must.
    const bool has_limit = script_.ending == Script::Ending::kFallsSilent;
    const std::chrono::nanoseconds silence = has_limit ? limits::kBetweenTokensTimeout : kForEver;
    const bool is_over = co_await Pause(stage_.clock, silence);
    if (!is_over) co_return Error(ErrorCode::kCancelled, "cancelled in the silence");
    co_return Error(ErrorCode::kTimeout, "a seeded silence");
  }

  ProviderStage& stage_;
  const Script& script_;
  std::unique_ptr<Making> making_;
  std::size_t at_ = 0;
};

Task<Result<std::unique_ptr<TokenStream>>> SimProvider::Open(ChatRequest request) {
  auto asking = Read(request);
  auto making = std::make_unique<Making>(stage_, asking.conversation);
  auto& script = kind_ == Kind::kLastResort ? stage_.scripts.WriteLastResort(stage_.dice)
                                            : stage_.scripts.Write(stage_.dice, stage_.mood);
  stage_.askings.emplace(script.number, std::move(asking));
  const auto delay = stage_.dice.UpTo(script.pause_max);
  const bool is_over = co_await Pause(stage_.clock, delay);
  if (!is_over) co_return Error(ErrorCode::kCancelled, "cancelled while it was asked");
  if (script.opening == Script::Opening::kRefuses) {
    ++stage_.tally.providers_refused;
    co_return Refusal(stage_.dice);
  }
  if (script.opening == Script::Opening::kHangs) {
    ++stage_.tally.providers_hung;
    co_await stage_.clock.Sleep(kForEver);
    co_return Error(ErrorCode::kCancelled, "cancelled while it did not answer");
  }
  if (script.opening == Script::Opening::kSaysNothingVisible) {
    ++stage_.tally.providers_said_nothing;
  }
  std::unique_ptr<TokenStream> stream = std::make_unique<Stream>(stage_, script, std::move(making));
  co_return stream;
}

}  // namespace nat
