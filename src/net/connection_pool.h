// The client's connections that wait for a next request, by origin, and what all its connections
// have in common: the watch of their deadlines, the names and the TLS settings.
#pragma once

#include <cstddef>
#include <memory>
#include <string>
#include <unordered_map>
#include <unordered_set>
#include <vector>

#include "base/async.h"
#include "base/clock.h"
#include "net/client_connection.h"
#include "net/deadline_watch.h"
#include "net/http_client.h"
#include "net/name_cache.h"
#include "net/tls.h"

namespace nat {

class ConnectionPool {
 public:
  // That a connection to an origin is being prepared, for as long as this lives: no longer than the
  // pool.
  class Preparation {
   public:
    Preparation(ConnectionPool& pool, std::string origin);
    ~Preparation();
    Preparation(const Preparation&) = delete;
    Preparation& operator=(const Preparation&) = delete;

   private:
    ConnectionPool& pool_;
    std::string origin_;
  };

  ConnectionPool(asio::any_io_executor executor, Clock& clock, HttpClientOptions options);
  ConnectionPool(const ConnectionPool&) = delete;
  ConnectionPool& operator=(const ConnectionPool&) = delete;

  // A connection that is not open yet. The pool outlives it.
  std::unique_ptr<ClientConnection> MakeConnection();
  // The connection to `origin` that was kept last and is still good, or null.
  std::unique_ptr<ClientConnection> Take(const std::string& origin);
  // Whether Take would give one.
  bool HasGood(const std::string& origin);
  // Null where a connection to `origin` is being prepared already.
  std::unique_ptr<Preparation> BeginPreparing(const std::string& origin);
  // Keeps a connection that is open and was not used yet, or whose last response was read to its
  // end, for kPooledConnectionIdleMax; closes it where as many are kept already as may be.
  void Keep(const std::string& origin, std::unique_ptr<ClientConnection> connection);
  void CloseAll() { kept_.clear(); }

 private:
  void DropExpired();

  asio::any_io_executor executor_;
  std::size_t per_origin_max_;
  DeadlineWatch watch_;
  NameCache names_;
  TlsContext tls_;
  std::unordered_set<std::string> in_preparation_;  // origins
  std::unordered_map<std::string, std::vector<std::unique_ptr<ClientConnection>>> kept_;
};

}  // namespace nat
