#include "net/connection_pool.h"

#include <utility>

#include "base/limits.h"

namespace nat {

ConnectionPool::ConnectionPool(asio::any_io_executor executor, Clock& clock,
                               std::size_t per_origin_max)
    : executor_(executor),
      per_origin_max_(per_origin_max),
      watch_(executor, clock, [this] { DropExpired(); }) {}

std::unique_ptr<ClientConnection> ConnectionPool::MakeConnection() {
  return std::make_unique<ClientConnection>(executor_, watch_);
}

std::unique_ptr<ClientConnection> ConnectionPool::Take(const std::string& origin) {
  const auto found = kept_.find(origin);
  if (found == kept_.end()) return nullptr;
  auto& connections = found->second;
  std::unique_ptr<ClientConnection> taken;
  while (taken == nullptr && !connections.empty()) {
    taken = std::move(connections.back());
    connections.pop_back();
    if (taken->IsStale()) taken.reset();
  }
  if (connections.empty()) kept_.erase(found);
  if (taken) taken->deadline().Clear();
  return taken;
}

void ConnectionPool::Keep(const std::string& origin, std::unique_ptr<ClientConnection> connection) {
  auto& connections = kept_[origin];
  if (connections.size() < per_origin_max_) {
    connection->deadline().SetAfter(limits::kPooledConnectionIdleMax);
    connections.push_back(std::move(connection));
  }
  if (connections.empty()) kept_.erase(origin);
}

void ConnectionPool::DropExpired() {
  for (auto& [origin, connections] : kept_) {
    std::erase_if(connections, [](const auto& connection) { return !connection->is_open(); });
  }
  std::erase_if(kept_, [](const auto& entry) { return entry.second.empty(); });
}

}  // namespace nat
