// One connection of the client, plain or TLS, with a buffer of what was received and a deadline.
// HttpClient and the bodies it hands out drive it; only net/ includes this.
#pragma once

#include <boost/asio/ip/tcp.hpp>
#include <chrono>
#include <cstddef>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/async.h"
#include "base/error.h"
#include "net/deadline_watch.h"
#include "net/tls.h"
#include "net/url.h"

namespace nat {

// What a connection is doing, for messages.
enum class Step { kName, kConnect, kTls, kRequest, kHead, kBody };

class ClientConnection {
 public:
  ClientConnection(asio::any_io_executor executor, DeadlineWatch& watch);
  ~ClientConnection();
  ClientConnection(const ClientConnection&) = delete;
  ClientConnection& operator=(const ClientConnection&) = delete;

  // Looks the host up, connects to one address after the other, each with its share of `limit`, and
  // makes the TLS handshake where the scheme asks for it. kTimeout, kCancelled or kUpstream.
  Task<Status> Open(Url url, TlsContext& tls, std::chrono::nanoseconds limit);

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
  // unasked.
  bool IsStale();

  // `what` as an error of `code` that names the step and the origin.
  Error Fault(Step step, ErrorCode code, std::string_view what) const;

 private:
  Task<Result<std::vector<asio::ip::tcp::endpoint>>> LookUp(std::string host, std::uint16_t port);
  Task<Status> Connect(std::vector<asio::ip::tcp::endpoint> endpoints, SteadyTime until);
  Task<Status> Handshake(TlsContext& tls, std::string host);
  // The error that `error` of the system stands for, at this moment.
  Error FaultOf(Step step, const boost::system::error_code& error) const;
  void Abort();
  void MakeRoom();

  DeadlineWatch& watch_;
  asio::ip::tcp::socket socket_;
  std::optional<asio::ip::tcp::resolver> resolver_;  // only while the name is looked up
  std::unique_ptr<TlsStream> tls_;
  std::string origin_;
  std::vector<char> buffer_;  // received and not consumed: [first_, last_)
  std::size_t first_ = 0;
  std::size_t last_ = 0;
  bool has_received_ = false;
  Deadline deadline_;
};

}  // namespace nat
