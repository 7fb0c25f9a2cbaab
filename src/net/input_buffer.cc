#include "net/input_buffer.h"

#include <algorithm>

#include "base/error.h"
#include "base/limits.h"

namespace nat {

InputBuffer::InputBuffer(std::size_t bytes_max) : bytes_max_(bytes_max) {}

std::string_view InputBuffer::unread() const {
  return {bytes_.data() + begin_, end_ - begin_};
}

void InputBuffer::Consume(std::size_t count) {
  NAT_CHECK(count <= end_ - begin_);
  begin_ += count;
  if (begin_ < end_) return;
  begin_ = 0;
  end_ = 0;
  if (bytes_.size() <= limits::kReadBytes) return;
  // One large request must not cost its memory for as long as the connection is kept.
  bytes_.resize(limits::kReadBytes);
  bytes_.shrink_to_fit();
}

boost::asio::mutable_buffer InputBuffer::Prepare() {
  if (end_ == bytes_.size() && begin_ > 0) {
    std::copy(bytes_.begin() + begin_, bytes_.begin() + end_, bytes_.begin());
    end_ -= begin_;
    begin_ = 0;
  }
  if (end_ == bytes_.size()) {
    bytes_.resize(std::min(std::max(limits::kReadBytes, bytes_.size() * 2), bytes_max_));
  }
  return boost::asio::buffer(bytes_.data() + end_, bytes_.size() - end_);
}

void InputBuffer::Commit(std::size_t count) {
  NAT_CHECK(count <= bytes_.size() - end_);
  end_ += count;
}

}  // namespace nat
