#include "net/connection_pool.h"

#include <utility>

#include "base/limits.h"

namespace nat {

ConnectionPool::Preparation::Preparation(ConnectionPool& pool, std::string origin)
    : pool_(pool), origin_(std::move(origin)) {
  pool_.in_preparation_.insert(origin_);
}

ConnectionPool::Preparation::~Preparation() {
  pool_.in_preparation_.erase(origin_);
}

ConnectionPool::ConnectionPool(asio::any_io_executor executor, Clock& clock,
                               HttpClientOptions options)
    : executor_(executor),
      per_origin_max_(options.kept_connections_per_origin_max),
      watch_(executor, clock, [this] { DropExpired(); }),
      names_(executor, watch_, std::move(options.resolve)),
      tls_(std::move(options.ca_file)) {}

std::unique_ptr<ClientConnection> ConnectionPool::MakeConnection() {
  return std::make_unique<ClientConnection>(executor_, watch_, names_, tls_);
}

std::unique_ptr<ClientConnection> ConnectionPool::Take(const std::string& origin) {
  if (!HasGood(origin)) return nullptr;
  const auto found = kept_.find(origin);
  auto taken = std::move(found->second.back());
  found->second.pop_back();
  if (found->second.empty()) kept_.erase(found);
  taken->deadline().Clear();
  return taken;
}

bool ConnectionPool::HasGood(const std::string& origin) {
  const auto found = kept_.find(origin);
  if (found == kept_.end()) return false;
  auto& connections = found->second;
  while (!connections.empty() && connections.back()->IsStale()) connections.pop_back();
  if (!connections.empty()) return true;
  kept_.erase(found);
  return false;
}

std::unique_ptr<ConnectionPool::Preparation> ConnectionPool::BeginPreparing(
    const std::string& origin) {
  if (in_preparation_.contains(origin)) return nullptr;
  return std::make_unique<Preparation>(*this, origin);
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
