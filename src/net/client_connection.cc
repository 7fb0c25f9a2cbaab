#include "net/client_connection.h"

#include <sys/socket.h>

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
constexpr std::size_t kFirstBufferBytes = 4 * 1024;

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

ClientConnection::ClientConnection(asio::any_io_executor executor, DeadlineWatch& watch)
    : watch_(watch), socket_(executor), deadline_(watch, [this] { Abort(); }) {}

ClientConnection::~ClientConnection() = default;

Task<Status> ClientConnection::Open(Url url, TlsContext& tls, std::chrono::nanoseconds limit) {
  origin_ = url.Origin();
  const SteadyTime until = watch_.now() + limit;
  deadline_.SetAt(until);
  auto endpoints = co_await LookUp(url.host, url.port);
  if (!endpoints) co_return endpoints.error();
  auto connected = co_await Connect(std::move(*endpoints), until);
  if (!connected) co_return connected.error();
  if (url.scheme == Scheme::kHttps) {
    deadline_.SetAt(until);
    auto secured = co_await Handshake(tls, url.host);
    if (!secured) co_return secured.error();
  }
  deadline_.Clear();
  co_return Ok();
}

Task<Result<std::vector<tcp::endpoint>>> ClientConnection::LookUp(std::string host,
                                                                  std::uint16_t port) {
  std::vector<tcp::endpoint> endpoints;
  boost::system::error_code error;
  const auto address = asio::ip::make_address(host, error);
  if (!error) {
    // Asking the resolver would start its thread for nothing.
    endpoints.emplace_back(address, port);
    co_return endpoints;
  }
  error.clear();
  resolver_.emplace(socket_.get_executor());
  const std::string service = std::to_string(port);
  const auto found =
      co_await resolver_->async_resolve(host, service, tcp::resolver::numeric_service,
                                        asio::redirect_error(asio::use_awaitable, error));
  resolver_.reset();
  if (error) co_return FaultOf(Step::kName, error);
  for (const auto& entry : found) endpoints.push_back(entry.endpoint());
  co_return endpoints;
}

Task<Status> ClientConnection::Connect(std::vector<tcp::endpoint> endpoints, SteadyTime until) {
  boost::system::error_code error = asio::error::host_not_found;
  for (std::size_t at = 0; at < endpoints.size(); ++at) {
    const auto left = static_cast<std::int64_t>(endpoints.size() - at);
    const SteadyTime now = watch_.now();
    deadline_.SetAt(now + (until - now) / left);
    error.clear();
    co_await socket_.async_connect(endpoints[at], asio::redirect_error(asio::use_awaitable, error));
    if (!error) break;
    const bool is_cancelled = error == asio::error::operation_aborted && !deadline_.has_passed();
    if (is_cancelled) break;
    Abort();
  }
  if (error) co_return FaultOf(Step::kConnect, error);
  boost::system::error_code ignored;
  socket_.set_option(tcp::no_delay(true), ignored);
  co_return Ok();
}

Task<Status> ClientConnection::Handshake(TlsContext& tls, std::string host) {
  auto stream = tls.MakeStream(socket_, host);
  if (!stream) co_return Fault(Step::kTls, ErrorCode::kUpstream, stream.error().message);
  tls_ = std::move(*stream);
  boost::system::error_code error;
  co_await tls_->async_handshake(TlsStream::client,
                                 asio::redirect_error(asio::use_awaitable, error));
  if (!error) co_return Ok();
  const std::string complaint = CertificateComplaint(*tls_);
  if (!complaint.empty()) {
    co_return Fault(Step::kTls, ErrorCode::kUpstream,
                    "the certificate is not accepted: " + complaint);
  }
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
  const auto count = ::recv(socket_.native_handle(), &byte, 1, MSG_PEEK | MSG_DONTWAIT);
  const bool is_quiet = count < 0 && (errno == EAGAIN || errno == EWOULDBLOCK);
  return !is_quiet;
}

Error ClientConnection::Fault(Step step, ErrorCode code, std::string_view what) const {
  return Error(code, std::string(NameOf(step)) + " of " + origin_ + ": " + std::string(what));
}

Error ClientConnection::FaultOf(Step step, const boost::system::error_code& error) const {
  if (deadline_.has_passed()) return Fault(step, ErrorCode::kTimeout, "no answer in time");
  if (error == asio::error::operation_aborted)
    return Fault(step, ErrorCode::kCancelled, "cancelled");
  return Fault(step, ErrorCode::kUpstream, error.message());
}

void ClientConnection::Abort() {
  if (resolver_) resolver_->cancel();
  boost::system::error_code ignored;
  socket_.close(ignored);
}

}  // namespace nat
