#include "tests/support/fault_proxy.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cstdlib>
#include <string_view>
#include <utility>

#include "base/error.h"

namespace nat::testing {
namespace {

constexpr int kLookMilliseconds = 20;  // how often a quiet connection looks whether it is over
constexpr auto kOvertakeLimit = std::chrono::milliseconds(40);
constexpr int kBacklog = 256;
constexpr std::size_t kRequestBytesMax = 256 * 1024;

sockaddr_in Loopback(std::uint16_t port) {
  sockaddr_in address = {};
  address.sin_family = AF_INET;
  address.sin_port = htons(port);
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  return address;
}

// A socket to the service, or -1 where nobody listens.
int ConnectTo(std::uint16_t port) {
  const int made = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  const auto address = Loopback(port);
  const int on = 1;
  ::setsockopt(made, IPPROTO_TCP, TCP_NODELAY, &on, sizeof(on));
  if (::connect(made, reinterpret_cast<const sockaddr*>(&address), sizeof(address)) == 0) {
    return made;
  }
  ::close(made);
  return -1;
}

void CloseWithReset(int socket) {
  const linger at_once = {1, 0};
  ::setsockopt(socket, SOL_SOCKET, SO_LINGER, &at_once, sizeof(at_once));
  ::close(socket);
}

bool SendAll(int socket, std::string_view bytes) {
  while (!bytes.empty()) {
    const auto sent = ::send(socket, bytes.data(), bytes.size(), MSG_NOSIGNAL);
    if (sent <= 0) return false;
    bytes.remove_prefix(static_cast<std::size_t>(sent));
  }
  return true;
}

// The first request of these bytes, once it is whole.
std::optional<std::string> FirstRequest(const std::string& bytes) {
  const auto head = bytes.find("\r\n\r\n");
  if (head == std::string::npos) return std::nullopt;
  const auto field = bytes.find("Content-Length: ");
  std::size_t length = 0;
  if (field < head) length = std::strtoul(bytes.c_str() + field + 16, nullptr, 10);
  if (bytes.size() < head + 4 + length) return std::nullopt;
  return bytes.substr(0, head + 4 + length);
}

}  // namespace

struct FaultProxy::Connection {
  Connection(int client_socket, int service_socket, Plan its_plan)
      : client(client_socket), service(service_socket), plan(its_plan) {}

  int client;
  int service;
  Plan plan;
  std::size_t up = 0;
  std::size_t down = 0;
  std::string request;  // the first one, while it is not whole
  bool is_request_whole = false;
  bool is_cut = false;
};

FaultProxy::FaultProxy(std::uint16_t service_port, Planner planner)
    : listener_(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)),
      service_port_(service_port),
      planner_(std::move(planner)) {
  auto address = Loopback(0);
  socklen_t size = sizeof(address);
  auto* const name = reinterpret_cast<sockaddr*>(&address);
  NAT_CHECK(::bind(listener_, name, size) == 0);
  NAT_CHECK(::listen(listener_, kBacklog) == 0);
  NAT_CHECK(::getsockname(listener_, name, &size) == 0);
  port_ = ntohs(address.sin_port);
  acceptor_ = std::thread([this] { Accept(); });
}

FaultProxy::~FaultProxy() {
  is_stopping_ = true;
  changed_.notify_all();
  acceptor_.join();
  for (auto& connection : connections_) connection.join();
  ::close(listener_);
}

FaultProxy::Counts FaultProxy::counts() const {
  const std::lock_guard lock(mutex_);
  return counts_;
}

void FaultProxy::Accept() {
  for (std::size_t number = 1; !is_stopping_;) {
    pollfd waiting = {listener_, POLLIN, 0};
    if (::poll(&waiting, 1, kLookMilliseconds) <= 0) continue;
    const int client = ::accept4(listener_, nullptr, nullptr, SOCK_CLOEXEC);
    if (client < 0) continue;
    const auto plan = planner_();
    const std::lock_guard lock(mutex_);
    ++counts_.connections;
    if (plan.pause.count() > 0) ++counts_.delays;
    connections_.emplace_back([this, client, plan, number] { Serve(client, plan, number); });
    ++number;
  }
}

void FaultProxy::Serve(int client, Plan plan, std::size_t number) {
  if (plan.is_overtaken) LetOvertake(number);
  Connection connection(client, ConnectTo(service_port_), plan);
  if (connection.service < 0) {
    CloseWithReset(client);
    return;
  }
  {
    const std::lock_guard lock(mutex_);
    last_passed_ = std::max(last_passed_, number);
    changed_.notify_all();
  }
  std::array<pollfd, 2> ends = {pollfd{client, POLLIN, 0}, pollfd{connection.service, POLLIN, 0}};
  bool is_open = true;
  while (is_open && !is_stopping_) {
    if (::poll(ends.data(), ends.size(), kLookMilliseconds) <= 0) continue;
    if (ends[0].revents != 0) is_open = PassOn(connection, client, connection.service);
    if (is_open && ends[1].revents != 0) is_open = PassOn(connection, connection.service, client);
  }
  const bool is_reset = connection.is_cut && plan.is_reset;
  const auto close_one = is_reset ? &CloseWithReset : [](int socket) { ::close(socket); };
  close_one(connection.service);
  close_one(client);
  const std::lock_guard lock(mutex_);
  if (connection.is_cut) ++(is_reset ? counts_.resets : counts_.cuts);
}

void FaultProxy::LetOvertake(std::size_t number) {
  std::unique_lock lock(mutex_);
  const bool was_overtaken = changed_.wait_for(
      lock, kOvertakeLimit, [&] { return last_passed_ > number || is_stopping_; });
  if (was_overtaken) ++counts_.overtaken;
}

// What has arrived at one end goes to the other, as the plan allows. False ends the connection.
bool FaultProxy::PassOn(Connection& connection, int from, int to) {
  std::array<char, 16 * 1024> bytes;
  const auto received = ::recv(from, bytes.data(), bytes.size(), MSG_DONTWAIT);
  if (received <= 0) return false;
  const bool is_up = from == connection.client;
  const auto& plan = connection.plan;
  auto& passed = is_up ? connection.up : connection.down;
  const auto& limit = is_up ? plan.up_bytes_max : plan.down_bytes_max;
  std::string_view rest(bytes.data(), static_cast<std::size_t>(received));
  if (limit && passed + rest.size() >= *limit) {
    rest = rest.substr(0, *limit - std::min(*limit, passed));
    connection.is_cut = true;
  }
  passed += rest.size();
  const auto whole = rest;
  while (!rest.empty()) {
    const auto piece =
        rest.substr(0, plan.bytes_per_write == 0 ? rest.size() : plan.bytes_per_write);
    if (plan.pause.count() > 0) std::this_thread::sleep_for(plan.pause);
    if (!SendAll(to, piece)) return false;
    rest.remove_prefix(piece.size());
  }
  if (is_up && plan.is_repeated && !connection.is_request_whole) {
    connection.request += whole;
    const auto request = FirstRequest(connection.request);
    connection.is_request_whole = request || connection.request.size() > kRequestBytesMax;
    if (request) Repeat(*request);
  }
  return !connection.is_cut;
}

// A network that has lost the answer, and tries again. Nobody reads what is answered then.
void FaultProxy::Repeat(const std::string& request) {
  const int again = ConnectTo(service_port_);
  if (again < 0) return;
  SendAll(again, request);
  pollfd waiting = {again, POLLIN, 0};
  ::poll(&waiting, 1, kLookMilliseconds);
  ::close(again);
  const std::lock_guard lock(mutex_);
  ++counts_.repeats;
}

}  // namespace nat::testing
