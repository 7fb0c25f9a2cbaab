#include "net/tls_tickets.h"

#include <openssl/ssl.h>

#include <utility>

#include "base/limits.h"

namespace nat {

// Hangs on each SSL, which frees it.
struct TlsTickets::Place {
  TlsTickets& tickets;
  std::string origin;
};

void TlsTickets::Freeing::operator()(SSL_SESSION* ticket) const {
  SSL_SESSION_free(ticket);
}

int TlsTickets::PlaceIndex() {
  const auto free_place = [](void*, void* place, CRYPTO_EX_DATA*, int, long, void*) {
    delete static_cast<Place*>(place);
  };
  static const int kIndex = SSL_get_ex_new_index(0, nullptr, nullptr, nullptr, free_place);
  return kIndex;
}

void TlsTickets::CollectFrom(SSL_CTX* context) {
  SSL_CTX_set_session_cache_mode(context, SSL_SESS_CACHE_CLIENT | SSL_SESS_CACHE_NO_INTERNAL);
  SSL_CTX_sess_set_new_cb(context, &TlsTickets::OnTicket);
}

void TlsTickets::Offer(SSL* connection, const std::string& origin) {
  auto place = std::make_unique<Place>(Place{*this, origin});
  // Without a place there are no tickets, and every handshake is a full one.
  if (SSL_set_ex_data(connection, PlaceIndex(), place.get()) == 1) {
    static_cast<void>(place.release());
  }
  const auto found = tickets_.find(origin);
  if (found == tickets_.end()) return;
  const Ticket newest = std::move(found->second.back());
  found->second.pop_back();
  if (found->second.empty()) tickets_.erase(found);
  SSL_set_session(connection, newest.get());
}

void TlsTickets::HandshakeSucceeded(SSL* connection) {
  const bool is_spent = SSL_version(connection) >= TLS1_3_VERSION;
  if (!is_spent && SSL_session_reused(connection) == 1) {
    OnTicket(connection, SSL_get0_session(connection));
  }
}

int TlsTickets::OnTicket(SSL* connection, SSL_SESSION* ticket) {
  auto* place = static_cast<Place*>(SSL_get_ex_data(connection, PlaceIndex()));
  if (place != nullptr) place->tickets.Keep(place->origin, ticket);
  return 0;  // OpenSSL keeps its own
}

void TlsTickets::Keep(const std::string& origin, const SSL_SESSION* ticket) {
  // A copy, for OpenSSL spoils the original when its connection ends without a goodbye.
  Ticket copy(SSL_SESSION_dup(ticket));
  if (copy == nullptr) return;
  const bool is_full = tickets_.size() >= limits::kTicketOriginsMax && !tickets_.contains(origin);
  if (is_full) tickets_.erase(tickets_.begin());
  auto& kept = tickets_[origin];
  if (kept.size() >= limits::kTicketsPerOriginMax) kept.erase(kept.begin());
  kept.push_back(std::move(copy));
}

std::size_t TlsTickets::count(const std::string& origin) const {
  const auto found = tickets_.find(origin);
  return found == tickets_.end() ? 0 : found->second.size();
}

}  // namespace nat
