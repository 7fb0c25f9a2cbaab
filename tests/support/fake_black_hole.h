// An address of loopback that takes no connection and refuses none, as behind a firewall that drops
// packets: the queue of a listening socket is full, and nobody accepts.
//
//   FakeBlackHole hole;
//   ... connect to hole.base_url(), and wait ...
#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace nat {

class FakeBlackHole {
 public:
  FakeBlackHole();
  ~FakeBlackHole();
  FakeBlackHole(const FakeBlackHole&) = delete;
  FakeBlackHole& operator=(const FakeBlackHole&) = delete;

  std::string base_url() const { return "http://127.0.0.1:" + std::to_string(port_) + "/v1"; }

 private:
  std::uint16_t port_ = 0;
  std::vector<int> sockets_;  // that listens first, then those that fill its queue
};

}  // namespace nat
