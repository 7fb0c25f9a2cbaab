// Someone at the other end of the service's WebSocket (RFC 6455). It shares no code with the
// product's own, and waits at most ten seconds for anything.
//
//   SocketPeer socket(port, browser.cookie());
//   ASSERT_TRUE(socket.is_open());
//   socket.Send({{"type", "ping"}});
//   auto answer = socket.Next();
#pragma once

#include <boost/json/object.hpp>
#include <cstdint>
#include <optional>
#include <string>

#include "tests/support/raw_client.h"

namespace nat::testing {

class SocketPeer {
 public:
  enum class Opcode : unsigned char {
    kContinuation = 0,
    kText = 1,
    kBinary = 2,
    kClose = 8,
    kPing = 9,
    kPong = 10
  };
  struct Frame {
    Opcode opcode = Opcode::kText;
    bool is_last = true;
    std::string payload;
  };

  // Shakes hands at once.
  SocketPeer(std::uint16_t port, const std::string& cookie);

  bool is_open() const { return is_open_; }
  // The status line and the fields of the answer to the handshake.
  const std::string& head() const { return head_; }

  bool Send(const boost::json::object& message);
  bool SendFrame(const Frame& frame);
  // The next message; pings are answered on the way. Nothing once the connection is closed, or
  // after ten seconds.
  std::optional<boost::json::object> Next();
  // As it comes, also control frames.
  std::optional<Frame> NextFrame();

  // The code of the close frame that the service has sent; 0 where there was none.
  int close_code() const { return close_code_; }
  // Closes as one should.
  void SayGoodbye(int code);
  // Vanishes, by an end or by a reset of the connection.
  void Leave() { connection_.Close(); }
  void Reset() { connection_.Reset(); }

 private:
  RawClient connection_;
  std::string head_;
  bool is_open_ = false;
  int close_code_ = 0;
  std::uint32_t frames_sent_ = 0;
};

}  // namespace nat::testing
