#include "tests/support/socket_peer.h"

#include <array>
#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>
#include <cctype>

namespace nat::testing {
namespace {

namespace json = boost::json;

constexpr std::string_view kKey = "dGhlIHNhbXBsZSBub25jZQ==";  // RFC 6455, 1.3
constexpr std::string_view kAccept = "s3pPLMBiTxaQ9kYGzzhZRbK+xOo=";
constexpr unsigned kLastBit = 0x80;
constexpr unsigned kMaskBit = 0x80;
constexpr std::size_t kShortMax = 125;
constexpr std::size_t kMediumMax = 65'535;
constexpr std::uint64_t kPayloadBytesMax = 16 * 1024 * 1024;

std::string BigEndian(std::uint64_t number, int bytes) {
  std::string text;
  for (int at = bytes - 1; at >= 0; --at) {
    text += static_cast<char>(number >> (8 * static_cast<unsigned>(at)) & 0xFFU);
  }
  return text;
}

std::uint64_t FromBigEndian(const std::string& text) {
  std::uint64_t number = 0;
  for (const char byte : text) number = number << 8U | static_cast<unsigned char>(byte);
  return number;
}

}  // namespace

SocketPeer::SocketPeer(std::uint16_t port, const std::string& cookie) : connection_(port) {
  std::string request =
      "GET /api/socket HTTP/1.1\r\nHost: localhost\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n"
      "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Protocol: notatherapist.v1\r\n"
      "Sec-WebSocket-Key: " +
      std::string(kKey) + "\r\n";
  if (!cookie.empty()) request += "Cookie: " + cookie + "\r\n";
  if (!connection_.Send(request + "\r\n")) return;
  head_ = connection_.ReadThrough("\r\n\r\n").value_or("");
  const bool has_switched = head_.starts_with("HTTP/1.1 101 ");
  is_open_ = has_switched && RawClient::Field(head_, "Sec-WebSocket-Accept") == kAccept;
}

bool SocketPeer::Send(const json::object& message) {
  return SendFrame(Frame{Opcode::kText, true, json::serialize(message)});
}

bool SocketPeer::SendFrame(const Frame& frame) {
  const auto size = frame.payload.size();
  std::string bytes;
  bytes += static_cast<char>((frame.is_last ? kLastBit : 0U) | static_cast<unsigned>(frame.opcode));
  if (size <= kShortMax) {
    bytes += static_cast<char>(kMaskBit | size);
  } else if (size <= kMediumMax) {
    bytes += static_cast<char>(kMaskBit | 126U);
    bytes += BigEndian(size, 2);
  } else {
    bytes += static_cast<char>(kMaskBit | 127U);
    bytes += BigEndian(size, 8);
  }
  // Any mask will do in a test; another one for each frame.
  const auto mask = BigEndian(0x9e3779b9U * ++frames_sent_, 4);
  bytes += mask;
  for (std::size_t at = 0; at < size; ++at) {
    bytes += static_cast<char>(frame.payload[at] ^ mask[at % mask.size()]);
  }
  return connection_.Send(bytes);
}

std::optional<SocketPeer::Frame> SocketPeer::NextFrame() {
  const auto start = connection_.Take(2);
  if (!start) return std::nullopt;
  const auto first = static_cast<unsigned char>((*start)[0]);
  const auto second = static_cast<unsigned char>((*start)[1]);
  Frame frame;
  frame.is_last = (first & kLastBit) != 0;
  frame.opcode = static_cast<Opcode>(first & 0x0FU);
  std::uint64_t size = second & ~kMaskBit;
  // A server never masks, and takes no reserved bit without an extension.
  if ((second & kMaskBit) != 0 || (first & 0x70U) != 0) return std::nullopt;
  if (size > kShortMax) {
    const auto length = connection_.Take(size == 126 ? 2 : 8);
    if (!length) return std::nullopt;
    size = FromBigEndian(*length);
  }
  if (size > kPayloadBytesMax) return std::nullopt;
  auto payload = connection_.Take(size);
  if (!payload) return std::nullopt;
  frame.payload = std::move(*payload);
  return frame;
}

std::optional<json::object> SocketPeer::Next() {
  std::string message;
  while (is_open_) {
    auto frame = NextFrame();
    if (!frame) break;
    if (frame->opcode == Opcode::kClose) {
      if (frame->payload.size() >= 2) {
        close_code_ = static_cast<int>(FromBigEndian(frame->payload.substr(0, 2)));
      }
      SendFrame(*frame);
      break;
    }
    if (frame->opcode == Opcode::kPing) SendFrame(Frame{Opcode::kPong, true, frame->payload});
    if (frame->opcode != Opcode::kText && frame->opcode != Opcode::kContinuation) continue;
    message += frame->payload;
    if (!frame->is_last) continue;
    boost::system::error_code error;
    auto value = json::parse(message, error);
    if (!error && value.is_object()) return std::move(value.get_object());
    break;
  }
  is_open_ = false;
  return std::nullopt;
}

void SocketPeer::SayGoodbye(int code) {
  SendFrame(Frame{Opcode::kClose, true, BigEndian(static_cast<std::uint64_t>(code), 2)});
}

}  // namespace nat::testing
