// An open WebSocket on the server's side: text messages in and out. A handler gets one through
// Response::on_websocket:
//
//   for (;;) {
//     auto message = co_await socket->Receive();
//     if (!message || !message->has_value()) co_return;   // broken or closed
//     auto sent = co_await socket->Send(Answer(**message));
//     if (!sent) co_return;
//   }
//
// The rules of the protocol are kept here: UTF-8 is checked, a binary message closes with 1003, a
// message over the limit with 1009; pings find a peer that has gone. There is no compression:
// beside secrets it leaks their length.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>

#include "base/async.h"
#include "base/clock.h"
#include "base/error.h"
#include "base/limits.h"

namespace nat {

struct WebSocketUpgrade;  // net/websocket_upgrade.h

struct WebSocketLimits {
  std::size_t message_bytes_max = limits::kSocketMessageBytesMax;
  // A peer that is silent for half of this is pinged, and cut when it stays silent for the whole.
  std::chrono::nanoseconds idle_timeout = limits::kIdleTimeout;
  // How long a message may wait for a peer that does not read.
  std::chrono::nanoseconds write_timeout = limits::kWriteTimeout;
};

class WebSocket {
 public:
  // Makes the handshake. The server calls it; handlers get the result.
  static Task<Result<std::shared_ptr<WebSocket>>> Accept(std::unique_ptr<WebSocketUpgrade> upgrade);

  ~WebSocket();
  WebSocket(const WebSocket&) = delete;
  WebSocket& operator=(const WebSocket&) = delete;

  // The next text message; nothing once either side has closed; kUnavailable when the connection
  // broke. One task receives at a time.
  Task<Result<std::optional<std::string>>> Receive();

  // Sends one text message, which must be UTF-8. Any number of tasks may send; each message waits
  // for its turn. kUnavailable when the socket is closed, broke, or the peer does not read.
  Task<Status> Send(std::string text);

  // Says goodbye with a code of RFC 6455 7.4.1 and closes. Closing twice is harmless.
  Task<void> Close(std::uint16_t code, std::string reason);

  // Ends the connection at once, without a goodbye.
  void Cut();

  // Cuts where a message has waited too long for a peer that does not read. The server calls it
  // once a second.
  void CutIfOverdue(SteadyTime now);

  bool is_open() const;
  // What was agreed on in the handshake, or empty.
  const std::string& protocol() const;

 private:
  struct Impl;

  explicit WebSocket(std::unique_ptr<Impl> impl);

  std::unique_ptr<Impl> impl_;
};

}  // namespace nat
