#include "chat/reply_log.h"

#include <utility>

namespace nat {

void ReplyLog::Append(std::string name, std::string payload) {
  NAT_CHECK(!is_closed_);
  size_bytes_ += sizeof(ReplyEvent) + payload.size();
  events_.push_back(ReplyEvent{next_number(), std::move(name), std::move(payload)});
  changed_.NotifyAll();
}

void ReplyLog::Close() {
  is_closed_ = true;
  changed_.NotifyAll();
}

}  // namespace nat
