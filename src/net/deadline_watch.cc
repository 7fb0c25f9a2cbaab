#include "net/deadline_watch.h"

#include <utility>

namespace nat {

DeadlineWatch::DeadlineWatch(asio::any_io_executor executor, Clock& clock,
                             std::function<void()> after_expiry)
    : clock_(clock), after_expiry_(std::move(after_expiry)), timer_(std::move(executor)) {}

void DeadlineWatch::Add(Deadline* deadline) {
  deadlines_.insert(deadline);
  if (!is_timer_running_) WaitForNextLook();
}

void DeadlineWatch::Remove(Deadline* deadline) {
  deadlines_.erase(deadline);
  // Without the timer, a loop that has nothing else to do can end.
  if (deadlines_.empty()) timer_.cancel();
}

void DeadlineWatch::WaitForNextLook() {
  is_timer_running_ = true;
  timer_.expires_after(kLook);
  timer_.async_wait([this, life = std::weak_ptr<char>(life_)](boost::system::error_code) {
    if (life.expired()) return;
    is_timer_running_ = false;
    Look();
    if (!deadlines_.empty()) WaitForNextLook();
  });
}

void DeadlineWatch::Look() {
  const SteadyTime present = now();
  bool has_expired = false;
  for (Deadline* deadline : deadlines_) {
    if (!deadline->at_ || *deadline->at_ > present) continue;
    deadline->at_.reset();
    deadline->has_passed_ = true;
    deadline->on_passed_();
    has_expired = true;
  }
  if (has_expired) after_expiry_();
}

Deadline::Deadline(DeadlineWatch& watch, std::function<void()> on_passed)
    : watch_(watch), on_passed_(std::move(on_passed)) {
  watch_.Add(this);
}

Deadline::~Deadline() {
  watch_.Remove(this);
}

void Deadline::SetAt(SteadyTime when) {
  at_ = when;
  has_passed_ = false;
}

}  // namespace nat
