// One request to one provider, from its admission until its stream is dropped. What becomes of it
// is told to the provider's breaker and queue exactly once, also where it is cancelled half-way.
#pragma once

#include <memory>
#include <utility>

#include "llm/upstream.h"

namespace nat {

class Attempt {
 public:
  // `permit` and `pass` are those of `upstream`, which outlives this. `estimated_in` is the size of
  // the request in estimated tokens.
  Attempt(Clock& clock, Upstream& upstream, std::unique_ptr<Permit> permit,
          CircuitBreaker::Pass pass, std::size_t estimated_in)
      : clock_(clock),
        upstream_(upstream),
        permit_(std::move(permit)),
        pass_(pass),
        estimated_in_(estimated_in),
        began_at_(clock.SteadyNow()) {}
  ~Attempt() {
    if (!has_outcome_) upstream_.Withdraw(pass_);
  }
  Attempt(const Attempt&) = delete;
  Attempt& operator=(const Attempt&) = delete;

  Upstream& upstream() { return upstream_; }
  const Upstream& upstream() const { return upstream_; }
  SteadyTime began_at() const { return began_at_; }

  // Its first visible text is there.
  void NoteOpened() {
    has_outcome_ = true;
    upstream_.NoteOpened(pass_, clock_.SteadyNow() - began_at_);
  }
  // It failed before that.
  void NoteFailure(const Error& error) {
    if (error.code == ErrorCode::kCancelled) return;
    has_outcome_ = true;
    upstream_.NoteFailure(pass_, error);
  }
  // It failed after that.
  void NoteBreak(const Error& error) {
    if (error.code == ErrorCode::kCancelled) return;
    upstream_.metrics().breaks.Increment();
    upstream_.NoteFailure(pass_, error);
  }
  void NoteUsage(const Usage& usage) {
    permit_->Correct(usage.tokens_in + usage.tokens_out);
    upstream_.NoteUsage(usage, estimated_in_);
  }

 private:
  Clock& clock_;
  Upstream& upstream_;
  std::unique_ptr<Permit> permit_;
  CircuitBreaker::Pass pass_;
  std::size_t estimated_in_;
  SteadyTime began_at_;
  bool has_outcome_ = false;
};

}  // namespace nat
