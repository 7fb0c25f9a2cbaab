// One connection of the client, plain or TLS, with a buffer of what was received and a deadline.
// HttpClient and the bodies it hands out drive it; only net/ includes this.
#pragma once

#include <boost/asio/ip/tcp.hpp>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/async.h"
#include "base/error.h"
#include "net/deadline_watch.h"
#include "net/name_cache.h"
#include "net/tls.h"
#include "net/url.h"

namespace nat {

// What a connection is doing, for messages.
enum class Step { kName, kConnect, kTls, kRequest, kHead, kBody };

class ClientConnection {
 public:
  // All three outlive it.
  ClientConnection(asio::any_io_executor executor, DeadlineWatch& watch, NameCache& names,
                   TlsContext& tls);
  ~ClientConnection();
  ClientConnection(const ClientConnection&) = delete;
  ClientConnection& operator=(const ClientConnection&) = delete;

  // Looks the host up, connects to one address after the other, and makes the TLS handshake where
  // the scheme asks for it, all within `limit`. Each address has its share of what is left, but not
  // more than kConnectAttemptTimeout as long as there is another one: an address that swallows
  // everything costs that much, once, for the next time it is tried last. kConnectTimeout,
  // kCancelled or kUpstream.
  Task<Status> Open(Url url, std::chrono::nanoseconds limit);

  // Writes all of `bytes`. The deadline is the caller's to set.
  Task<Status> Write(std::string bytes);

  // Waits for more bytes and adds them to buffered(); answers how many, 0 at the regular end of the
  // connection. The deadline is the caller's to set.
  Task<Result<std::size_t>> Fill(Step step);

  std::string_view buffered() const;
  void Consume(std::size_t bytes) { first_ += bytes; }
  // Whether anything was received since StartExchange.
  bool has_received() const { return has_received_; }
  void StartExchange() { has_received_ = false; }

  Deadline& deadline() { return deadline_; }
  bool is_open() const { return socket_.is_open(); }
  // Whether the server has closed a connection that waits for its next request, or said something
  // unasked. What TLS says on its own account, such as a new ticket, is taken and does not count.
  bool IsStale();

  // `what` as an error of `code` that names the step and the origin.
  Error Fault(Step step, ErrorCode code, std::string_view what) const;

 private:
  Task<Result<Addresses>> LookUp(std::string host, SteadyTime until);
  Task<Status> Connect(std::string host, Addresses addresses, std::uint16_t port, SteadyTime until);
  Task<Status> Handshake(std::string host);
  // The error that `error` of the system stands for, at this moment. A deadline that has passed is
  // kConnectTimeout as long as the connection is not ready, and kTimeout after that.
  Error FaultOf(Step step, const boost::system::error_code& error) const;
  void Abort();
  void MakeRoom();

  DeadlineWatch& watch_;
  NameCache& names_;
  TlsContext& tls_context_;
  asio::ip::tcp::socket socket_;
  asio::ip::address address_;  // connected to
  std::unique_ptr<TlsStream> tls_;
  std::string origin_;
  std::vector<char> buffer_;  // received and not consumed: [first_, last_)
  std::size_t first_ = 0;
  std::size_t last_ = 0;
  bool has_received_ = false;
  Deadline deadline_;
};

}  // namespace nat
