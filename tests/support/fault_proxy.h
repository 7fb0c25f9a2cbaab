// A network between a client and the service that fails as the test tells it: it delays, cuts,
// resets, sends a request twice, and lets a later connection overtake an earlier one. Blocking
// sockets, one thread per connection; it knows of HTTP only where a request ends.
//
//   FaultProxy network(service.port(), [&] { return FaultProxy::Plan(); });
//   HttpPeer browser(network.port());
#pragma once

#include <atomic>
#include <chrono>
#include <condition_variable>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <mutex>
#include <optional>
#include <string>
#include <thread>
#include <vector>

namespace nat::testing {

class FaultProxy {
 public:
  // What becomes of one connection. Without anything set, it is passed on as it is.
  struct Plan {
    std::optional<std::size_t> up_bytes_max;    // of the client; then the connection is cut
    std::optional<std::size_t> down_bytes_max;  // of the service; then the connection is cut
    bool is_reset = false;                      // the cut is a reset, to both
    std::size_t bytes_per_write = 0;            // 0: as they come
    std::chrono::microseconds pause{0};         // before each write
    bool is_repeated = false;   // the first request is sent once more, on a connection of its own
    bool is_overtaken = false;  // waits until a later connection was passed on, or for a moment
  };
  using Planner = std::function<Plan()>;
  struct Counts {
    std::size_t connections = 0;
    std::size_t cuts = 0;
    std::size_t resets = 0;
    std::size_t repeats = 0;
    std::size_t overtaken = 0;
    std::size_t delays = 0;  // connections with a pause
    std::size_t all() const { return cuts + resets + repeats + overtaken + delays; }
  };

  // `planner` is asked for each connection, in the order in which they come, on one thread.
  FaultProxy(std::uint16_t service_port, Planner planner);
  // Cuts every connection.
  ~FaultProxy();
  FaultProxy(const FaultProxy&) = delete;
  FaultProxy& operator=(const FaultProxy&) = delete;

  std::uint16_t port() const { return port_; }
  Counts counts() const;

 private:
  struct Connection;

  void Accept();
  void Serve(int client, Plan plan, std::size_t number);
  void LetOvertake(std::size_t number);
  bool PassOn(Connection& connection, int from, int to);
  void Repeat(const std::string& request);

  int listener_;
  std::uint16_t service_port_;
  std::uint16_t port_ = 0;
  Planner planner_;
  std::atomic<bool> is_stopping_ = false;

  mutable std::mutex mutex_;
  std::condition_variable changed_;
  std::size_t last_passed_ = 0;  // the highest number of a connection that was passed on
  Counts counts_;
  std::vector<std::thread> connections_;
  std::thread acceptor_;
};

}  // namespace nat::testing
