// A port of loopback that nobody listens on: what a service that is not there looks like, and a
// place for one that must be told where to listen.
#pragma once

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cstdint>

#include "base/error.h"

namespace nat::testing {

inline std::uint16_t FreePort() {
  const int listener = ::socket(AF_INET, SOCK_STREAM, 0);
  sockaddr_in address = {};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  socklen_t size = sizeof(address);
  auto* const name = reinterpret_cast<sockaddr*>(&address);
  NAT_CHECK(::bind(listener, name, size) == 0);
  NAT_CHECK(::getsockname(listener, name, &size) == 0);
  ::close(listener);
  return ntohs(address.sin_port);
}

}  // namespace nat::testing
