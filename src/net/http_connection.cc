#include "net/http_connection.h"

#include <algorithm>
#include <array>
#include <boost/asio/buffer.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/redirect_error.hpp>
#include <utility>

namespace nat {
namespace {

using tcp = asio::ip::tcp;
using ErrorNumber = boost::system::error_code;

bool WouldBlock(const ErrorNumber& error) {
  return error == asio::error::would_block || error == asio::error::try_again;
}

// An IPv4 peer of an IPv6 socket is named like any other IPv4 peer.
std::string AddressOf(const tcp::socket& socket) {
  ErrorNumber error;
  const auto peer = socket.remote_endpoint(error);
  if (error) return "";
  auto address = peer.address();
  if (address.is_v6() && address.to_v6().is_v4_mapped()) {
    address = asio::ip::make_address_v4(asio::ip::v4_mapped, address.to_v6());
  }
  return address.to_string();
}

bool HasNoBody(int status) {
  return status == 204 || status == 304;
}

Task<void> SayGoodbye(std::shared_ptr<WebSocket> websocket) {
  constexpr std::uint16_t kGoingAway = 1001;
  std::string reason = "the server is stopping";
  co_await websocket->Close(kGoingAway, std::move(reason));
}

}  // namespace

HttpConnection::HttpConnection(tcp::socket socket, std::shared_ptr<HttpService> service)
    : socket_(std::move(socket)),
      service_(std::move(service)),
      peer_address_(AddressOf(socket_)),
      // A head over its bound must fit, to be seen as one.
      input_(std::max(service_->options.limits.pipelined_bytes_max,
                      service_->options.limits.header_bytes_max + limits::kReadBytes)) {}

HttpConnection::~HttpConnection() {
  // A handler that threw may have left it with someone.
  if (websocket_ != nullptr) websocket_->Cut();
}

Task<void> HttpConnection::Serve() {
  auto after = AfterAnswer::kKeepOpen;
  while (after == AfterAnswer::kKeepOpen) after = co_await ServeRequest();
  co_await Linger();
}

Task<void> HttpConnection::ServeRefusal() {
  is_idle_ = false;
  Error error(ErrorCode::kUnavailable, "there are too many connections");
  auto refusal = Refuse(std::nullopt, std::move(error));
  co_await std::move(refusal);
  co_await Linger();
}

Task<AfterAnswer> HttpConnection::ServeRequest() {
  auto read = co_await ReadHead();
  if (!read) {
    auto refusal = Refuse(std::nullopt, read.error());
    co_return co_await std::move(refusal);
  }
  if (!read->has_value()) co_return AfterAnswer::kClose;
  RequestHead head = std::move(**read);
  head.request.peer_address = peer_address_;

  RequestBodyReader body(head, service_->options.limits.body_bytes_max);
  auto body_read = co_await ReadBody(head, body);
  if (!body_read) {
    auto refusal = Refuse(std::move(head.request), body_read.error());
    co_return co_await std::move(refusal);
  }
  if (!body.is_complete()) co_return AfterAnswer::kClose;
  head.request.body = body.TakeBody();

  Exchange exchange;
  exchange.version = head.version;
  exchange.after_answer = head.after_answer;
  exchange.is_head = head.request.method == "HEAD";
  if (head.request.headers.Get("Upgrade")) exchange.offer = ReadWebSocketOffer(head.request);
  auto response = co_await Answer(std::move(head.request));
  co_return co_await Respond(std::move(exchange), std::move(response));
}

Task<Result<std::optional<RequestHead>>> HttpConnection::ReadHead() {
  const auto& limits = service_->options.limits;
  RequestHeadReader reader(limits.header_bytes_max, limits.header_count_max);
  is_idle_ = input_.unread().empty();
  SetDeadline(is_idle_ && has_served_ ? limits.idle_timeout : limits.head_timeout);
  for (;;) {
    auto rest = input_.unread();
    const auto taken = reader.Take(rest);
    if (!taken) co_return taken.error();
    input_.Consume(input_.unread().size() - rest.size());
    if (reader.is_complete()) break;
    const auto received = co_await Receive();
    if (received == 0) co_return std::optional<RequestHead>();
    if (is_idle_) SetDeadline(limits.head_timeout);
    is_idle_ = false;
  }
  ClearDeadline();
  has_served_ = true;
  co_return std::optional<RequestHead>(reader.TakeHead());
}

Task<Status> HttpConnection::ReadBody(const RequestHead& head, RequestBodyReader& body) {
  if (head.framing == BodyFraming::kNone) co_return Ok();
  SetDeadline(service_->options.limits.body_timeout);
  bool is_awaited = head.expects_continue;
  for (;;) {
    auto rest = input_.unread();
    const auto taken = body.Take(rest);
    if (!taken) co_return taken.error();
    input_.Consume(input_.unread().size() - rest.size());
    if (body.is_complete()) break;
    if (is_awaited) {
      is_awaited = false;
      output_.append("HTTP/1.1 100 Continue\r\n\r\n");
      auto flushed = co_await Flush();
      if (!flushed) co_return Ok();
      SetDeadline(service_->options.limits.body_timeout);
    }
    const auto received = co_await Receive();
    if (received == 0) co_return Ok();
  }
  ClearDeadline();
  co_return Ok();
}

Task<Response> HttpConnection::Answer(Request request) {
  Error fault(ErrorCode::kInternal, "a handler threw something that is not a std::exception");
  try {
    auto answer = service_->handler(std::move(request));
    co_return co_await std::move(answer);
  } catch (const boost::system::system_error& error) {
    // Cutting the connection ends the handler like this; no one is there any more to be told.
    if (error.code() == asio::error::operation_aborted) throw;
    fault.message = std::string("a handler threw: ") + error.what();
  } catch (const std::exception& error) {
    fault.message = std::string("a handler threw: ") + error.what();
  } catch (...) {
  }
  co_return service_->options.refuse(nullptr, fault);
}

Task<AfterAnswer> HttpConnection::Respond(Exchange exchange, Response response) {
  if (response.on_websocket) {
    co_return co_await RunWebSocket(std::move(exchange), std::move(response));
  }
  if (response.stream != nullptr) {
    co_return co_await SendStream(std::move(exchange), std::move(response));
  }
  AppendHead(exchange, response,
             HasNoBody(response.status) ? ResponseFraming::kNone : ResponseFraming::kLength);
  if (!exchange.is_head && !HasNoBody(response.status)) body_ = std::move(response.body);
  const auto flushed = co_await Flush();
  co_return flushed ? AfterAnswerTo(exchange, response) : AfterAnswer::kClose;
}

Task<AfterAnswer> HttpConnection::SendStream(Exchange exchange, Response response) {
  const bool is_chunked = exchange.version == HttpVersion::k11;
  if (!is_chunked) exchange.after_answer = AfterAnswer::kClose;
  AppendHead(exchange, response,
             is_chunked ? ResponseFraming::kChunked : ResponseFraming::kUntilClose);
  if (exchange.is_head) {
    const auto flushed = co_await Flush();
    co_return flushed ? AfterAnswerTo(exchange, response) : AfterAnswer::kClose;
  }
  ++stream_number_;
  WatchPeer(stream_number_);
  SendHeadSoon(stream_number_);
  const auto sent = co_await SendPieces(exchange.version, std::move(response.stream));
  ++stream_number_;
  ErrorNumber ignored;
  socket_.cancel(ignored);  // the watch
  // A stream that broke off ends without its last chunk, so that the client sees that something is
  // missing.
  if (!sent) co_return AfterAnswer::kClose;
  if (is_chunked) output_.append(kLastChunk);
  const auto flushed = co_await Flush();
  co_return flushed ? AfterAnswerTo(exchange, response) : AfterAnswer::kClose;
}

Task<Status> HttpConnection::SendPieces(HttpVersion version, std::unique_ptr<BodyStream> stream) {
  for (;;) {
    auto piece = co_await stream->Next();
    if (!piece) co_return piece.error();
    if (!piece->has_value()) co_return Ok();
    if (version == HttpVersion::k11) {
      AppendChunk(output_, **piece);
    } else {
      output_.append(**piece);
    }
    // A piece is small, and whoever lets it trickle would hold on to a reply for ever.
    const auto flushed = co_await Flush(WriteTime::kForAll);
    if (!flushed) co_return flushed.error();
  }
}

Task<AfterAnswer> HttpConnection::RunWebSocket(Exchange exchange, Response response) {
  if (!exchange.offer || !*exchange.offer) {
    Error error(ErrorCode::kUpgradeRequired, "the request does not ask for a WebSocket");
    if (exchange.offer) error = exchange.offer->error();
    auto refusal = Refuse(std::nullopt, std::move(error));
    co_return co_await std::move(refusal);
  }
  const auto& limits = service_->options.limits;
  WebSocketLimits websocket_limits;
  websocket_limits.message_bytes_max = limits.socket_message_bytes_max;
  websocket_limits.idle_timeout = limits.idle_timeout;
  websocket_limits.write_timeout = limits.write_timeout;
  auto upgrade = std::make_unique<WebSocketUpgrade>(
      WebSocketUpgrade{std::move(socket_), std::string(input_.unread()),
                       std::move(**exchange.offer), std::move(response.websocket_protocol),
                       std::move(response.headers), websocket_limits, service_->clock});
  auto accepted = co_await WebSocket::Accept(std::move(upgrade));
  if (!accepted) co_return AfterAnswer::kClose;
  websocket_ = std::move(*accepted);
  if (service_->is_draining) Leave();
  auto conversation = response.on_websocket(websocket_);
  co_await std::move(conversation);
  constexpr std::uint16_t kNormalClosure = 1000;
  std::string reason;
  co_await websocket_->Close(kNormalClosure, std::move(reason));
  co_return AfterAnswer::kClose;
}

Task<AfterAnswer> HttpConnection::Refuse(std::optional<Request> request, Error error) {
  auto response = service_->options.refuse(request ? &*request : nullptr, error);
  if (error.code == ErrorCode::kUpgradeRequired) {
    response.headers.Set("Upgrade", "websocket");
    response.headers.Set("Sec-WebSocket-Version", "13");
  }
  Exchange exchange;
  exchange.is_head = request && request->method == "HEAD";
  co_return co_await Respond(std::move(exchange), std::move(response));
}

Task<void> HttpConnection::Linger() {
  ErrorNumber ignored;
  socket_.shutdown(tcp::socket::shutdown_send, ignored);
  SetDeadline(service_->options.limits.linger_timeout);
  std::size_t dropped = 0;
  while (dropped < service_->options.limits.body_drain_bytes_max) {
    input_.Consume(input_.unread().size());
    const auto received = co_await Receive();
    if (received == 0) break;
    dropped += received;
  }
  socket_.close(ignored);
}

Task<std::size_t> HttpConnection::Receive() {
  const auto space = input_.Prepare();
  ErrorNumber error;
  const auto received =
      co_await socket_.async_read_some(space, asio::redirect_error(asio::use_awaitable, error));
  if (error) co_return 0;
  input_.Commit(received);
  co_return received;
}

Task<Status> HttpConnection::Flush(WriteTime write_time) {
  for (bool is_first = true;; is_first = false) {
    const auto sent = TryFlush();
    if (sent == Sent::kBroken) co_return Error(ErrorCode::kUnavailable, "the peer has gone");
    if (sent == Sent::kAll) break;
    if (is_first || write_time == WriteTime::kForEachPart) {
      SetDeadline(service_->options.limits.write_timeout);
    }
    ErrorNumber error;
    co_await socket_.async_wait(tcp::socket::wait_write,
                                asio::redirect_error(asio::use_awaitable, error));
    if (error) co_return Error(ErrorCode::kUnavailable, "the peer has gone");
  }
  ClearDeadline();
  co_return Ok();
}

HttpConnection::Sent HttpConnection::TryFlush() {
  while (sent_ < output_.size() + body_.size()) {
    const auto sent_output = std::min(sent_, output_.size());
    const std::array<asio::const_buffer, 2> rest = {asio::buffer(output_) + sent_output,
                                                    asio::buffer(body_) + (sent_ - sent_output)};
    ErrorNumber error;
    sent_ += socket_.write_some(rest, error);
    if (WouldBlock(error)) return Sent::kBlocked;
    if (error) return Sent::kBroken;
  }
  sent_ = 0;
  output_.clear();
  if (output_.capacity() > limits::kReadBytes) output_.shrink_to_fit();
  body_ = std::string();
  return Sent::kAll;
}

void HttpConnection::AppendHead(const Exchange& exchange, const Response& response,
                                ResponseFraming framing) {
  ResponseHeadLayout layout;
  layout.framing = framing;
  layout.body_bytes = response.body.size();
  const bool is_kept = AfterAnswerTo(exchange, response) == AfterAnswer::kKeepOpen;
  if (!is_kept) layout.connection = ConnectionField::kClose;
  if (is_kept && exchange.version == HttpVersion::k10) {
    layout.connection = ConnectionField::kKeepAlive;
  }
  AppendResponseHead(output_, response, layout, service_->date.At(service_->clock.Now()));
}

AfterAnswer HttpConnection::AfterAnswerTo(const Exchange& exchange,
                                          const Response& response) const {
  if (service_->is_draining) return AfterAnswer::kClose;
  if (response.headers.HasToken("Connection", "close")) return AfterAnswer::kClose;
  return exchange.after_answer;
}

void HttpConnection::WatchPeer(std::uint64_t stream_number) {
  socket_.async_wait(tcp::socket::wait_read,
                     [weak = weak_from_this(), stream_number](const ErrorNumber& error) {
                       const auto self = weak.lock();
                       if (!error && self != nullptr) self->OnReadable(stream_number);
                     });
}

void HttpConnection::OnReadable(std::uint64_t stream_number) {
  if (stream_number != stream_number_) return;
  for (;;) {
    const auto space = input_.Prepare();
    if (space.size() == 0)
      return;  // requests are piling up; a write will tell when the peer has gone
    ErrorNumber error;
    const auto received = socket_.read_some(space, error);
    if (WouldBlock(error)) break;
    if (error) return Cut();
    input_.Commit(received);
  }
  WatchPeer(stream_number);
}

void HttpConnection::SendHeadSoon(std::uint64_t stream_number) {
  asio::post(socket_.get_executor(), [weak = weak_from_this(), stream_number] {
    const auto self = weak.lock();
    if (self == nullptr || self->stream_number_ != stream_number) return;
    if (self->TryFlush() == Sent::kBroken) self->Cut();
  });
}

void HttpConnection::SetDeadline(std::chrono::nanoseconds after) {
  deadline_ = service_->clock.SteadyNow() + after;
}

void HttpConnection::CutIfOverdue(SteadyTime now) {
  if (websocket_ != nullptr) websocket_->CutIfOverdue(now);
  if (now >= deadline_) Cut();
}

void HttpConnection::Leave() {
  if (websocket_ != nullptr) service_->tasks.Spawn("websocket goodbye", SayGoodbye(websocket_));
  if (is_idle_) Cut();
}

void HttpConnection::Cut() {
  ErrorNumber ignored;
  socket_.close(ignored);
  if (websocket_ != nullptr) websocket_->Cut();
  if (cancel_) cancel_();
}

}  // namespace nat
