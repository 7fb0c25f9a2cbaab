#include "net/client_connection.h"

#include <sys/socket.h>

#include <algorithm>
#include <boost/asio/buffer.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/write.hpp>
#include <cerrno>
#include <cstring>
#include <utility>

#include "base/limits.h"

namespace nat {
namespace {

using asio::ip::tcp;

// Enough for most heads and for any token; a connection that floods gets kUpstreamReadBytes.
constexpr std::size_t kFirstBufferBytes = 4UL * 1024;

std::string_view NameOf(Step step) {
  switch (step) {
    case Step::kName:
      return "name";
    case Step::kConnect:
      return "connect";
    case Step::kTls:
      return "TLS";
    case Step::kRequest:
      return "request";
    case Step::kHead:
      return "head";
    case Step::kBody:
      return "body";
  }
  return "";
}

}  // namespace

ClientConnection::ClientConnection(asio::any_io_executor executor, DeadlineWatch& watch,
                                   NameCache& names, TlsContext& tls)
    : watch_(watch), names_(names), tls_context_(tls), socket_(executor), deadline_(watch, [this] {
        Abort();
      }) {}

ClientConnection::~ClientConnection() = default;

Task<Status> ClientConnection::Open(Url url, std::chrono::nanoseconds limit) {
  origin_ = url.Origin();
  const SteadyTime until = watch_.now() + limit;
  auto addresses = co_await LookUp(url.host, until);
  if (!addresses) co_return addresses.error();
  auto connected = co_await Connect(url.host, std::move(*addresses), url.port, until);
  if (!connected) co_return connected.error();
  if (url.scheme == Scheme::kHttps) {
    deadline_.SetAt(until);
    auto secured = co_await Handshake(url.host);
    if (!secured) co_return secured.error();
  }
  deadline_.Clear();
  co_return Ok();
}

Task<Result<Addresses>> ClientConnection::LookUp(std::string host, SteadyTime until) {
  boost::system::error_code error;
  const auto address = asio::ip::make_address(host, error);
  if (!error) co_return Addresses(1, address);
  auto found = co_await names_.Find(host, until);
  if (!found) co_return Fault(Step::kName, found.error().code, found.error().message);
  co_return found;
}

Task<Status> ClientConnection::Connect(std::string host, Addresses addresses, std::uint16_t port,
                                       SteadyTime until) {
  boost::system::error_code error = asio::error::host_not_found;
  for (std::size_t at = 0; at < addresses.size(); ++at) {
    const auto left = static_cast<std::int64_t>(addresses.size() - at);
    const SteadyTime now = watch_.now();
    std::chrono::nanoseconds share = (until - now) / left;
    if (left > 1) share = std::min<std::chrono::nanoseconds>(share, limits::kConnectAttemptTimeout);
    deadline_.SetAfter(share);
    address_ = addresses[at];
    const tcp::endpoint endpoint(address_, port);
    error.clear();
    co_await socket_.async_connect(endpoint, asio::redirect_error(asio::use_awaitable, error));
    // The deadline may have closed a socket that was connected at the same moment.
    if (!error && !socket_.is_open()) error = asio::error::operation_aborted;
    if (!error) break;
    const bool is_cancelled = error == asio::error::operation_aborted && !deadline_.has_passed();
    if (is_cancelled) break;
    names_.ConnectFailed(host, address_);
    Abort();
  }
  if (error) co_return FaultOf(Step::kConnect, error);
  boost::system::error_code ignored;
  socket_.set_option(tcp::no_delay(true), ignored);
  co_return Ok();
}

Task<Status> ClientConnection::Handshake(std::string host) {
  auto stream = tls_context_.MakeStream(socket_, host, origin_);
  if (!stream) co_return Fault(Step::kTls, ErrorCode::kUpstream, stream.error().message);
  tls_ = std::move(*stream);
  boost::system::error_code error;
  co_await tls_->async_handshake(TlsStream::client,
                                 asio::redirect_error(asio::use_awaitable, error));
  if (!error) {
    tls_context_.tickets().HandshakeSucceeded(tls_->native_handle());
    co_return Ok();
  }
  tls_context_.tickets().Drop(origin_);
  const std::string complaint = CertificateComplaint(*tls_);
  if (!complaint.empty()) {
    co_return Fault(Step::kTls, ErrorCode::kUpstream,
                    "the certificate is not accepted: " + complaint);
  }
  const bool is_cancelled = error == asio::error::operation_aborted && !deadline_.has_passed();
  if (!is_cancelled) names_.ConnectFailed(host, address_);
  co_return FaultOf(Step::kTls, error);
}

Task<Status> ClientConnection::Write(std::string bytes) {
  boost::system::error_code error;
  const auto source = asio::buffer(bytes);
  if (tls_) {
    co_await asio::async_write(*tls_, source, asio::redirect_error(asio::use_awaitable, error));
  } else {
    co_await asio::async_write(socket_, source, asio::redirect_error(asio::use_awaitable, error));
  }
  if (error) co_return FaultOf(Step::kRequest, error);
  co_return Ok();
}

Task<Result<std::size_t>> ClientConnection::Fill(Step step) {
  MakeRoom();
  boost::system::error_code error;
  const auto room = asio::buffer(buffer_.data() + last_, buffer_.size() - last_);
  std::size_t count = 0;
  if (tls_) {
    count = co_await tls_->async_read_some(room, asio::redirect_error(asio::use_awaitable, error));
  } else {
    count =
        co_await socket_.async_read_some(room, asio::redirect_error(asio::use_awaitable, error));
  }
  last_ += count;
  if (count > 0) {
    has_received_ = true;
    co_return count;
  }
  if (error == asio::error::eof) co_return std::size_t{0};
  co_return FaultOf(step, error);
}

std::string_view ClientConnection::buffered() const {
  return std::string_view(buffer_.data() + first_, last_ - first_);
}

void ClientConnection::MakeRoom() {
  if (first_ == last_) {
    // A read that filled the buffer says that more is waiting than fits.
    const bool was_full = last_ == buffer_.size() && last_ > 0;
    first_ = 0;
    last_ = 0;
    if (buffer_.empty()) buffer_.resize(kFirstBufferBytes);
    if (was_full && buffer_.size() < limits::kUpstreamReadBytes) {
      buffer_.resize(limits::kUpstreamReadBytes);
    }
    return;
  }
  if (last_ < buffer_.size()) return;
  if (first_ > 0) {
    std::memmove(buffer_.data(), buffer_.data() + first_, last_ - first_);
    last_ -= first_;
    first_ = 0;
    return;
  }
  buffer_.resize(buffer_.size() * 2);
}

bool ClientConnection::IsStale() {
  if (!socket_.is_open() || first_ != last_) return true;
  char byte = 0;
  if (!tls_) {
    const auto count = ::recv(socket_.native_handle(), &byte, 1, MSG_PEEK | MSG_DONTWAIT);
    const bool is_quiet = count < 0 && (errno == EAGAIN || errno == EWOULDBLOCK);
    return !is_quiet;
  }
  // Tickets come after the handshake, so bytes that wait are no sign of anything until TLS has seen
  // them.
  boost::system::error_code error;
  socket_.non_blocking(true, error);
  if (!error) tls_->read_some(asio::buffer(&byte, 1), error);
  return error != asio::error::would_block;
}

Error ClientConnection::Fault(Step step, ErrorCode code, std::string_view what) const {
  return Error(code, std::string(NameOf(step)) + " of " + origin_ + ": " + std::string(what));
}

Error ClientConnection::FaultOf(Step step, const boost::system::error_code& error) const {
  if (deadline_.has_passed()) {
    const bool is_ready = step != Step::kName && step != Step::kConnect && step != Step::kTls;
    const ErrorCode code = is_ready ? ErrorCode::kTimeout : ErrorCode::kConnectTimeout;
    return Fault(step, code, "no answer in time");
  }
  if (error == asio::error::operation_aborted)
    return Fault(step, ErrorCode::kCancelled, "cancelled");
  return Fault(step, ErrorCode::kUpstream, error.message());
}

void ClientConnection::Abort() {
  boost::system::error_code ignored;
  socket_.close(ignored);
}

}  // namespace nat
