// The bytes that were received and not yet understood, in one piece of memory that grows only as
// far as it must.
//
//   socket.read_some(input.Prepare(), error);  input.Commit(count);
//   Understand(input.unread());                input.Consume(understood);
#pragma once

#include <boost/asio/buffer.hpp>
#include <cstddef>
#include <string_view>
#include <vector>

namespace nat {

class InputBuffer {
 public:
  // Never holds more than `bytes_max`.
  explicit InputBuffer(std::size_t bytes_max);

  std::string_view unread() const;
  void Consume(std::size_t count);

  // Where the next bytes go; empty when `bytes_max` are waiting.
  boost::asio::mutable_buffer Prepare();
  void Commit(std::size_t count);

 private:
  std::size_t bytes_max_;
  std::vector<char> bytes_;
  std::size_t begin_ = 0;
  std::size_t end_ = 0;
};

}  // namespace nat
