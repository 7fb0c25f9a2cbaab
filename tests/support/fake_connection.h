// One accepted connection of FakeUpstream: reads requests and writes answers, on a thread of its
// own.
#pragma once

#include <openssl/ssl.h>

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "tests/support/fake_upstream.h"

namespace nat {

class FakeConnection {
 public:
  // Owns `socket`. `tls` is null for a plain connection. Waiting ends early once `is_stopping`.
  FakeConnection(int socket, SSL_CTX* tls, std::function<bool()> is_stopping);
  ~FakeConnection();
  FakeConnection(const FakeConnection&) = delete;
  FakeConnection& operator=(const FakeConnection&) = delete;

  // False where the client did not like our certificate, or left.
  bool Handshake();
  // Whether the handshake took up an earlier connection's ticket.
  bool is_resumed() const { return tls_ && SSL_session_reused(tls_.get()) == 1; }
  // Nothing where the client has left.
  std::optional<FakeRequest> ReadRequest();
  // Whether another request may follow.
  bool Send(const FakeAnswer& answer);
  // Whether the client was the one who left.
  bool has_client_left() const { return has_client_left_; }

 private:
  bool ReadMore();
  bool Write(std::string_view bytes, std::size_t bytes_per_write);
  bool SendBody(const FakeAnswer& answer);
  void End(const FakeAnswer& answer);

  int socket_;
  std::unique_ptr<SSL, decltype(&SSL_free)> tls_;
  std::function<bool()> is_stopping_;
  std::string received_;
  bool has_client_left_ = false;
};

}  // namespace nat
