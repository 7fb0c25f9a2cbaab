// The client's connections that wait for a next request, by origin.
#pragma once

#include <cstddef>
#include <memory>
#include <string>
#include <unordered_map>
#include <vector>

#include "base/async.h"
#include "base/clock.h"
#include "net/client_connection.h"
#include "net/deadline_watch.h"

namespace nat {

class ConnectionPool {
 public:
  ConnectionPool(asio::any_io_executor executor, Clock& clock, std::size_t per_origin_max);
  ConnectionPool(const ConnectionPool&) = delete;
  ConnectionPool& operator=(const ConnectionPool&) = delete;

  // A connection that is not open yet.
  std::unique_ptr<ClientConnection> MakeConnection();
  // The connection to `origin` that was kept last and is still good, or null.
  std::unique_ptr<ClientConnection> Take(const std::string& origin);
  // Keeps a connection whose last response was read to its end, for kPooledConnectionIdleMax;
  // closes it where `per_origin_max` are kept already.
  void Keep(const std::string& origin, std::unique_ptr<ClientConnection> connection);
  void CloseAll() { kept_.clear(); }

 private:
  void DropExpired();

  asio::any_io_executor executor_;
  std::size_t per_origin_max_;
  DeadlineWatch watch_;
  std::unordered_map<std::string, std::vector<std::unique_ptr<ClientConnection>>> kept_;
};

}  // namespace nat
