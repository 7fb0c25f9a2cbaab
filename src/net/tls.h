// TLS for the client: whom we trust and how a server's name is checked. Only net/ includes this,
// for it shows OpenSSL.
#pragma once

#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/ssl/context.hpp>
#include <boost/asio/ssl/stream.hpp>
#include <memory>
#include <optional>
#include <string>

#include "base/error.h"
#include "net/tls_tickets.h"

namespace nat {

using TlsStream = boost::asio::ssl::stream<boost::asio::ip::tcp::socket&>;

// Outlives the streams that it has made.
class TlsContext {
 public:
  // `ca_file` is a PEM file of the authorities to trust, or empty for the system's. Nothing is
  // loaded yet.
  explicit TlsContext(std::string ca_file);
  TlsContext(const TlsContext&) = delete;
  TlsContext& operator=(const TlsContext&) = delete;

  // A TLS stream on `socket`, ready for the handshake with `host`, a name or an address: TLS 1.2 or
  // later, the certificate must be signed by a trusted authority and be for `host`, which is also
  // sent as SNI. Where a ticket of `origin` is kept, the handshake offers to resume by it. The
  // authorities are loaded at the first call. kUpstream where they cannot be.
  Result<std::unique_ptr<TlsStream>> MakeStream(boost::asio::ip::tcp::socket& socket,
                                                const std::string& host, const std::string& origin);

  // Whoever makes the handshake says here how it went.
  TlsTickets& tickets() { return tickets_; }

 private:
  Result<boost::asio::ssl::context*> Load();

  std::string ca_file_;
  std::optional<boost::asio::ssl::context> context_;
  TlsTickets tickets_;
};

// Why the server's certificate was not accepted, in OpenSSL's words; empty where that was not the
// reason.
std::string CertificateComplaint(TlsStream& stream);

}  // namespace nat
