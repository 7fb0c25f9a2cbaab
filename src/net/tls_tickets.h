// What servers gave us to shorten the next TLS handshake: their tickets, by origin. A resumed
// handshake saves the certificate, its check, and with TLS 1.2 one round trip.
//
// A resumed handshake shows no certificate. That the host is the right one rests on this: a ticket
// is used for nothing but the origin (scheme, host and port) to which the handshake that earned it
// was made, and that one was checked. Different trust settings have different TlsContexts, and
// those have different tickets.
#pragma once

#include <boost/asio/ssl/context.hpp>
#include <cstddef>
#include <memory>
#include <string>
#include <unordered_map>
#include <vector>

namespace nat {

// Outlives every SSL that Offer was called with.
class TlsTickets {
 public:
  TlsTickets() = default;
  TlsTickets(const TlsTickets&) = delete;
  TlsTickets& operator=(const TlsTickets&) = delete;

  // Has the connections of `context` hand in their tickets.
  static void CollectFrom(SSL_CTX* context);

  // To be called before a handshake with `origin`: the newest ticket of that origin is taken and
  // offered to the server (RFC 8446, C.4: once, so that connections cannot be linked by it), and
  // what tickets the server sends are kept, kTicketsPerOriginMax of them.
  void Offer(SSL* connection, const std::string& origin);
  // After a handshake that succeeded. TLS 1.2 servers need not send a new ticket when they take the
  // old one; it stays good.
  void HandshakeSucceeded(SSL* connection);
  // After a handshake that failed.
  void Drop(const std::string& origin) { tickets_.erase(origin); }

  std::size_t count(const std::string& origin) const;

 private:
  struct Place;
  struct Freeing {
    void operator()(SSL_SESSION* ticket) const;
  };
  using Ticket = std::unique_ptr<SSL_SESSION, Freeing>;

  static int PlaceIndex();
  static int OnTicket(SSL* connection, SSL_SESSION* ticket);
  void Keep(const std::string& origin, const SSL_SESSION* ticket);

  std::unordered_map<std::string, std::vector<Ticket>> tickets_;  // the newest last
};

}  // namespace nat
