#include "tests/support/fake_black_hole.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cstdio>
#include <cstdlib>

namespace nat {
namespace {

constexpr int kFillersMax = 8;
constexpr int kConnectMilliseconds = 100;

void Require(bool is_true, const char* what) {
  if (is_true) return;
  std::perror(what);
  std::abort();
}

// Whether the connection is there, or on its way for good.
bool HasRoomFor(int socket) {
  pollfd ready{socket, POLLOUT, 0};
  return ::poll(&ready, 1, kConnectMilliseconds) == 1;
}

}  // namespace

FakeBlackHole::FakeBlackHole() {
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  socklen_t size = sizeof(address);
  auto* const name = reinterpret_cast<sockaddr*>(&address);
  const int listener = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  Require(listener >= 0, "socket");
  sockets_.push_back(listener);
  Require(::bind(listener, name, size) == 0, "bind");
  Require(::getsockname(listener, name, &size) == 0, "getsockname");
  Require(::listen(listener, 0) == 0, "listen");
  port_ = ntohs(address.sin_port);
  bool has_room = true;
  for (int count = 0; has_room && count < kFillersMax; ++count) {
    const int filler = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
    Require(filler >= 0, "socket");
    sockets_.push_back(filler);
    (void)::connect(filler, name, size);
    has_room = HasRoomFor(filler);
  }
  Require(!has_room, "a queue that does not fill");
}

FakeBlackHole::~FakeBlackHole() {
  for (const int socket : sockets_) ::close(socket);
}

}  // namespace nat
