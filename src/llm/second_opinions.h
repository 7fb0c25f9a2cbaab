// What others think of a text: a model that is asked with a written policy, and OpenAI's
// moderations, where they are configured. The safety layer uses them as further voices, never as
// the only one: no opinion is not the opinion that all is well.
//
//   auto opinion = co_await opinions.Classify(policy, text, limits::kClassifyTimeout);
//   if (!opinion) ...   // nobody is configured, or nobody answered in time
#pragma once

#include <chrono>
#include <memory>
#include <string>

#include "base/clock.h"
#include "llm/moderation.h"
#include "llm/policy_question.h"
#include "llm/upstream.h"

namespace nat {

class SecondOpinions {
 public:
  // Either may be null. `clock` outlives this.
  SecondOpinions(Clock& clock, std::unique_ptr<Upstream> classifier,
                 std::unique_ptr<ModerationClient> moderation);
  ~SecondOpinions();
  SecondOpinions(const SecondOpinions&) = delete;
  SecondOpinions& operator=(const SecondOpinions&) = delete;

  bool has_classifier() const { return classifier_ != nullptr; }
  bool has_moderation() const { return moderation_ != nullptr; }

  // What a model with `policy` thinks of `text`: kNotImplemented where none is configured,
  // kUnavailable where it is not to be asked just now (breaker, quota), kFirstTokenTimeout or
  // kTimeout after `limit`, else what it failed with. It is asked once.
  Task<Result<Opinion>> Classify(std::string policy, std::string text,
                                 std::chrono::nanoseconds limit);
  // Likewise, of OpenAI's moderations.
  Task<Result<Moderation>> Moderate(std::string text, std::chrono::nanoseconds limit);

 private:
  Task<Result<std::string>> Ask(ChatRequest request, std::chrono::nanoseconds limit);

  Clock& clock_;
  std::unique_ptr<Upstream> classifier_;
  std::unique_ptr<ModerationClient> moderation_;
};

}  // namespace nat
