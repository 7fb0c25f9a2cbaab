#include "llm/second_opinions.h"

#include <utility>

#include "base/id.h"
#include "llm/reply_stream.h"

namespace nat {
namespace {

// Of an answer that is to be one JSON object no more is read.
constexpr std::size_t kAnswerBytesMax = 16UL * 1024;

Error NobodyToAsk() {
  return Error(ErrorCode::kNotImplemented, "no second opinion is configured");
}

}  // namespace

SecondOpinions::SecondOpinions(Clock& clock, std::unique_ptr<Upstream> classifier,
                               std::unique_ptr<ModerationClient> moderation)
    : clock_(clock), classifier_(std::move(classifier)), moderation_(std::move(moderation)) {}

SecondOpinions::~SecondOpinions() = default;

Task<Result<Opinion>> SecondOpinions::Classify(std::string policy, std::string text,
                                               std::chrono::nanoseconds limit) {
  if (classifier_ == nullptr) co_return NobodyToAsk();
  auto request = AskAboutPolicy(policy, text, MakeRandomIdText());
  if (!request) co_return request.error();
  request->reply_tokens_max = classifier_->policy().reply_tokens_max;
  // The time for the first token ends a little before the whole, so that silence is noticed as
  // such.
  auto asking = Ask(std::move(*request), limit * 9 / 10);
  auto limited = WithTimeout(clock_, std::move(asking), limit);
  auto answer = co_await std::move(limited);
  if (!answer) co_return answer.error();
  co_return ReadOpinion(*answer);
}

Task<Result<std::string>> SecondOpinions::Ask(ChatRequest request, std::chrono::nanoseconds limit) {
  const auto estimated = EstimateRequest(request);
  auto permit = classifier_->queue().TryEnter(classifier_->ExpectedTokens(estimated));
  const auto pass = permit ? classifier_->Admit() : std::nullopt;
  if (!pass) co_return Error(ErrorCode::kUnavailable, "the classifier is not asked just now");
  auto attempt =
      std::make_unique<Attempt>(clock_, *classifier_, std::move(permit), *pass, estimated);
  auto stream = co_await OpenReply(clock_, std::move(attempt), std::move(request), limit);
  if (!stream) co_return stream.error();
  std::string answer;
  while (answer.size() < kAnswerBytesMax) {
    auto token = co_await (*stream)->Next();
    if (!token) co_return token.error();
    if (!token->has_value()) break;
    answer += **token;
  }
  co_return answer;
}

Task<Result<Moderation>> SecondOpinions::Moderate(std::string text,
                                                  std::chrono::nanoseconds limit) {
  if (moderation_ == nullptr) co_return NobodyToAsk();
  auto judging = moderation_->Judge(std::move(text));
  auto limited = WithTimeout(clock_, std::move(judging), limit);
  co_return co_await std::move(limited);
}

}  // namespace nat
