#include "net/websocket.h"

#include <algorithm>
#include <boost/asio/buffer.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/beast/core/buffered_read_stream.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/websocket/rfc6455.hpp>
#include <boost/beast/websocket/stream.hpp>
#include <utility>

#include "net/websocket_upgrade.h"

namespace nat {
namespace {

namespace beast = boost::beast;
namespace websocket = boost::beast::websocket;
using tcp = asio::ip::tcp;

// A socket that first gives what was read behind the request.
class UpgradedSocket final : public beast::buffered_read_stream<tcp::socket, beast::flat_buffer> {
 public:
  UpgradedSocket(tcp::socket socket, const std::string& unread)
      : beast::buffered_read_stream<tcp::socket, beast::flat_buffer>(std::move(socket)) {
    const auto space = buffer().prepare(unread.size());
    std::copy(unread.begin(), unread.end(), static_cast<char*>(space.data()));
    buffer().commit(unread.size());
  }
};

// Beast finds this by the type of the socket.
template <class Handler>
void async_teardown(beast::role_type role, UpgradedSocket& socket, Handler&& handler) {
  websocket::async_teardown(role, socket.next_layer(), std::forward<Handler>(handler));
}

// The request once more, in Beast's words, with what its handshake looks at.
beast::http::request<beast::http::empty_body> HandshakeRequest(const std::string& key) {
  beast::http::request<beast::http::empty_body> request(beast::http::verb::get, "/", 11);
  request.set(beast::http::field::host, "checked-before");
  request.set(beast::http::field::connection, "Upgrade");
  request.set(beast::http::field::upgrade, "websocket");
  request.set(beast::http::field::sec_websocket_key, key);
  request.set(beast::http::field::sec_websocket_version, "13");
  return request;
}

Error Closed() {
  return Error(ErrorCode::kUnavailable, "the WebSocket is closed");
}

Error Broken(const boost::system::error_code& error) {
  return Error(ErrorCode::kUnavailable, "the WebSocket broke: " + error.message());
}

}  // namespace

struct WebSocket::Impl {
  explicit Impl(WebSocketUpgrade upgrade)
      : clock(upgrade.clock),
        write_timeout(upgrade.limits.write_timeout),
        stream(std::move(upgrade.socket), upgrade.unread),
        sent(stream.get_executor()) {
    websocket::stream_base::timeout timeout;
    timeout.handshake_timeout = limits::kLingerTimeout;
    timeout.idle_timeout = std::chrono::duration_cast<std::chrono::steady_clock::duration>(
        upgrade.limits.idle_timeout);
    timeout.keep_alive_pings = true;
    stream.set_option(timeout);
    stream.read_message_max(upgrade.limits.message_bytes_max);
    stream.auto_fragment(false);
    stream.text(true);
  }

  Clock& clock;
  std::chrono::nanoseconds write_timeout;
  websocket::stream<UpgradedSocket> stream;
  Signal sent;
  bool is_sending = false;
  bool is_closing = false;
  SteadyTime deadline = SteadyTime::max();
  std::string protocol;
};

namespace {

// Holds the turn to send; it must also pass on where the sender is cancelled.
template <class Impl>
class SendingTurn {
 public:
  explicit SendingTurn(Impl& impl) : impl_(impl) {
    impl_.is_sending = true;
    impl_.deadline = impl_.clock.SteadyNow() + impl_.write_timeout;
  }
  ~SendingTurn() {
    impl_.is_sending = false;
    impl_.deadline = SteadyTime::max();
    impl_.sent.NotifyAll();
  }
  SendingTurn(const SendingTurn&) = delete;
  SendingTurn& operator=(const SendingTurn&) = delete;

 private:
  Impl& impl_;
};

}  // namespace

Result<WebSocketOffer> ReadWebSocketOffer(const Request& request) {
  const auto& headers = request.headers;
  if (request.method != "GET" || !headers.HasToken("Upgrade", "websocket") ||
      !headers.HasToken("Connection", "upgrade")) {
    return Error(ErrorCode::kUpgradeRequired, "the request does not ask for a WebSocket");
  }
  if (headers.Get("Sec-WebSocket-Version") != "13") {
    return Error(ErrorCode::kUpgradeRequired, "the version of the WebSocket must be 13");
  }
  // 16 bytes in base 64 (RFC 6455, 4.1).
  const auto key = headers.Get("Sec-WebSocket-Key");
  if (!key || key->size() != 24 || !key->ends_with("==")) {
    return Error(ErrorCode::kMalformedRequest, "the WebSocket key must be 16 bytes in base 64");
  }
  WebSocketOffer offer;
  offer.key = std::string(*key);
  for (const auto& [name, value] : headers.fields()) {
    if (EqualsIgnoringCase(name, "Sec-WebSocket-Protocol")) offer.protocols.Add(name, value);
  }
  return offer;
}

Task<Result<std::shared_ptr<WebSocket>>> WebSocket::Accept(
    std::unique_ptr<WebSocketUpgrade> upgrade) {
  const auto request = HandshakeRequest(upgrade->offer.key);
  const bool is_agreed =
      !upgrade->protocol.empty() &&
      upgrade->offer.protocols.HasToken("Sec-WebSocket-Protocol", upgrade->protocol);
  const std::string protocol = is_agreed ? upgrade->protocol : "";
  const Headers headers = std::move(upgrade->headers);
  std::shared_ptr<WebSocket> socket(new WebSocket(std::make_unique<Impl>(std::move(*upgrade))));
  auto& stream = socket->impl_->stream;
  socket->impl_->protocol = protocol;
  stream.set_option(
      websocket::stream_base::decorator([protocol, headers](websocket::response_type& response) {
        for (const auto& [name, value] : headers.fields()) response.insert(name, value);
        // Without it Beast would name itself and its version.
        response.set(beast::http::field::server, "notatherapist");
        if (protocol.empty()) return;
        response.set(beast::http::field::sec_websocket_protocol, protocol);
      }));
  boost::system::error_code error;
  co_await stream.async_accept(request, asio::redirect_error(asio::use_awaitable, error));
  if (error) co_return Broken(error);
  co_return socket;
}

WebSocket::WebSocket(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}

WebSocket::~WebSocket() = default;

Task<Result<std::optional<std::string>>> WebSocket::Receive() {
  std::string message;
  auto buffer = asio::dynamic_buffer(message);
  boost::system::error_code error;
  co_await impl_->stream.async_read(buffer, asio::redirect_error(asio::use_awaitable, error));
  if (error == websocket::error::closed || (error && impl_->is_closing)) {
    co_return std::optional<std::string>();
  }
  if (error) {
    Cut();
    co_return Broken(error);
  }
  if (impl_->stream.got_text()) co_return std::optional<std::string>(std::move(message));
  std::string reason = "only text is understood here";
  co_await Close(websocket::close_code::unknown_data, std::move(reason));
  co_return std::optional<std::string>();
}

Task<Status> WebSocket::Send(std::string text) {
  while (impl_->is_sending) co_await impl_->sent.Wait();
  if (!is_open()) co_return Closed();
  const SendingTurn<Impl> turn(*impl_);
  boost::system::error_code error;
  const auto bytes = asio::buffer(text);
  co_await impl_->stream.async_write(bytes, asio::redirect_error(asio::use_awaitable, error));
  if (!error) co_return Ok();
  // Half a message may have been sent, so nothing can follow it.
  Cut();
  co_return Broken(error);
}

Task<void> WebSocket::Close(std::uint16_t code, std::string reason) {
  if (!is_open()) co_return;
  impl_->is_closing = true;
  constexpr std::size_t kReasonBytesMax = 123;  // a control frame has 125, and the code takes two
  const websocket::close_reason why(static_cast<websocket::close_code>(code),
                                    reason.substr(0, kReasonBytesMax));
  boost::system::error_code ignored;
  co_await impl_->stream.async_close(why, asio::redirect_error(asio::use_awaitable, ignored));
  Cut();
}

void WebSocket::Cut() {
  boost::system::error_code ignored;
  beast::get_lowest_layer(impl_->stream).close(ignored);
}

void WebSocket::CutIfOverdue(SteadyTime now) {
  if (now >= impl_->deadline) Cut();
}

bool WebSocket::is_open() const {
  return impl_->stream.is_open() && !impl_->is_closing;
}

const std::string& WebSocket::protocol() const {
  return impl_->protocol;
}

}  // namespace nat
