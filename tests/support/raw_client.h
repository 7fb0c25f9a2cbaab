// A blocking client of loopback that sends exactly the bytes it is told to, however wrong, and
// reads answers with bounded patience.
#pragma once

#include <arpa/inet.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstdint>
#include <cstdlib>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

namespace nat::testing {

// What came until the end of one answer. `status` is 0 where the connection ended before.
struct RawAnswer {
  int status = 0;
  std::string head;
  std::string body;             // chunks joined
  bool is_whole = false;        // the body came to its announced end
  std::size_t chunk_count = 0;  // without the last
};

class RawClient {
 public:
  explicit RawClient(std::uint16_t port) : socket_(::socket(AF_INET, SOCK_STREAM, 0)) {
    const timeval patience = {10, 0};
    ::setsockopt(socket_, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof(patience));
    ::setsockopt(socket_, SOL_SOCKET, SO_SNDTIMEO, &patience, sizeof(patience));
    const int on = 1;
    ::setsockopt(socket_, IPPROTO_TCP, TCP_NODELAY, &on, sizeof(on));
    sockaddr_in address = {};
    address.sin_family = AF_INET;
    address.sin_port = htons(port);
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    is_connected_ =
        ::connect(socket_, reinterpret_cast<const sockaddr*>(&address), sizeof(address)) == 0;
  }
  ~RawClient() { Close(); }
  RawClient(const RawClient&) = delete;
  RawClient& operator=(const RawClient&) = delete;

  bool is_connected() const { return is_connected_; }

  // False where the peer does not take it all.
  bool Send(std::string_view bytes) {
    while (!bytes.empty()) {
      const auto sent = ::send(socket_, bytes.data(), bytes.size(), MSG_NOSIGNAL);
      if (sent <= 0) return false;
      bytes.remove_prefix(static_cast<std::size_t>(sent));
    }
    return true;
  }

  // Says that nothing more will be sent, as `nc -N` does.
  void CloseSending() { ::shutdown(socket_, SHUT_WR); }
  void Close() {
    if (socket_ >= 0) ::close(socket_);
    socket_ = -1;
  }
  // Vanishes with a reset.
  void Reset() {
    const linger at_once = {1, 0};
    ::setsockopt(socket_, SOL_SOCKET, SO_LINGER, &at_once, sizeof(at_once));
    Close();
  }

  RawAnswer ReadAnswer() { return ReadAnswerTo("GET"); }
  RawAnswer ReadAnswerTo(std::string_view method) {
    RawAnswer answer;
    if (!ReadUntil("\r\n\r\n")) return answer;
    const auto end = unread_.find("\r\n\r\n") + 4;
    answer.head = unread_.substr(0, end);
    unread_.erase(0, end);
    answer.status = std::atoi(answer.head.c_str() + 9);
    const auto length = Field(answer.head, "Content-Length");
    if (method == "HEAD" || answer.status < 200 || answer.status == 204 || answer.status == 304) {
      answer.is_whole = true;
    } else if (Field(answer.head, "Transfer-Encoding") == "chunked") {
      ReadChunks(answer);
    } else if (length) {
      const auto bytes = static_cast<std::size_t>(std::atoll(length->c_str()));
      answer.is_whole = ReadBytes(bytes);
      answer.body = unread_.substr(0, bytes);
      unread_.erase(0, answer.body.size());
    } else {
      answer.body = ReadToEnd();
      answer.is_whole = true;
    }
    return answer;
  }

  // What is there after one read.
  std::string ReadOnce() {
    Receive();
    return std::exchange(unread_, std::string());
  }
  // Everything until the peer closes or resets.
  std::string ReadToEnd() {
    while (Receive()) {
    }
    return std::exchange(unread_, std::string());
  }
  // Whether the peer has closed, without another byte before.
  bool IsClosed() { return ReadToEnd().empty() && !has_waited_in_vain_; }

  // Reads until `text` has come; gives what came up to and with it.
  std::optional<std::string> ReadThrough(std::string_view text) {
    if (!ReadUntil(text)) return std::nullopt;
    const auto end = unread_.find(text) + text.size();
    auto taken = unread_.substr(0, end);
    unread_.erase(0, end);
    return taken;
  }
  std::optional<std::string> Take(std::size_t bytes) {
    if (!ReadBytes(bytes)) return std::nullopt;
    auto taken = unread_.substr(0, bytes);
    unread_.erase(0, bytes);
    return taken;
  }

  static std::optional<std::string> Field(const std::string& head, const std::string& name) {
    const auto start = head.find("\r\n" + name + ": ");
    if (start == std::string::npos) return std::nullopt;
    const auto value = start + name.size() + 4;
    return head.substr(value, head.find("\r\n", value) - value);
  }

 private:
  bool Receive() {
    std::array<char, 65536> bytes;
    const auto received = ::recv(socket_, bytes.data(), bytes.size(), 0);
    if (received < 0 && (errno == EAGAIN || errno == EWOULDBLOCK)) has_waited_in_vain_ = true;
    if (received <= 0) return false;
    unread_.append(bytes.data(), static_cast<std::size_t>(received));
    return true;
  }
  bool ReadUntil(std::string_view text) {
    while (unread_.find(text) == std::string::npos) {
      if (!Receive()) return false;
    }
    return true;
  }
  bool ReadBytes(std::size_t count) {
    while (unread_.size() < count) {
      if (!Receive()) return false;
    }
    return true;
  }
  void ReadChunks(RawAnswer& answer) {
    for (;;) {
      const auto line = ReadThrough("\r\n");
      if (!line) return;
      const auto size = std::strtoul(line->c_str(), nullptr, 16);
      const auto chunk = Take(size + 2);
      if (!chunk) return;
      answer.is_whole = size == 0;
      if (answer.is_whole) return;
      answer.body += chunk->substr(0, size);
      ++answer.chunk_count;
    }
  }

  int socket_;
  bool is_connected_ = false;
  bool has_waited_in_vain_ = false;
  std::string unread_;
};

}  // namespace nat::testing
