#include "net/http_server.h"

#include <algorithm>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/redirect_error.hpp>
#include <unordered_set>
#include <utility>
#include <vector>

#include "net/http_connection.h"

namespace nat {
namespace {

using tcp = asio::ip::tcp;
using ErrorNumber = boost::system::error_code;

// Accepted in one go, before other work of the loop gets its turn again. One at a time would let a
// burst of new connections wait behind all running streams, once for each of them.
constexpr int kAcceptedAtOnceMax = 64;

// Enough for the tasks of cut connections to see that they are.
constexpr auto kCutTimeout = std::chrono::seconds(1);

Error CannotListen(const HttpServerOptions& options, const std::string& why) {
  return Error(ErrorCode::kUnavailable,
               "cannot listen on " + options.bind_address + " port " +
                   std::to_string(options.port) + ": " + why +
                   "; stop what holds this address, or configure another address or port");
}

// Ending a task is how it is told to end, so that is no fault to be reported.
Task<void> UntilCancelled(Task<void> task) {
  try {
    co_await std::move(task);
  } catch (const boost::system::system_error& error) {
    if (error.code() != asio::error::operation_aborted) throw;
  }
}

}  // namespace

class HttpServer::Listener : public std::enable_shared_from_this<Listener> {
 public:
  Listener(asio::any_io_executor executor, std::shared_ptr<HttpService> service)
      : service_(std::move(service)), acceptor_(executor), ended_(executor) {}

  Result<std::uint16_t> Listen();
  void StopAccepting();
  Task<void> Drain(std::chrono::nanoseconds limit);
  void Stop();
  std::size_t connections() const { return served_.size(); }

 private:
  using Connections = std::unordered_set<std::shared_ptr<HttpConnection>>;

  // Takes a connection out of its set, also where its task is destroyed before its end.
  class Membership {
   public:
    Membership(std::shared_ptr<Listener> listener, std::shared_ptr<HttpConnection> connection)
        : listener_(std::move(listener)), connection_(std::move(connection)) {}
    ~Membership() { listener_->Forget(connection_); }
    Membership(const Membership&) = delete;
    Membership& operator=(const Membership&) = delete;

    HttpConnection& connection() { return *connection_; }

   private:
    std::shared_ptr<Listener> listener_;
    std::shared_ptr<HttpConnection> connection_;
  };

  static Task<void> Accept(std::shared_ptr<Listener> self);
  static Task<void> WatchDeadlines(std::shared_ptr<Listener> self);
  static Task<void> Serve(std::unique_ptr<Membership> membership);
  static Task<void> ServeRefusal(std::unique_ptr<Membership> membership);
  static Task<Status> WaitForEnd(std::shared_ptr<Listener> self);

  ErrorNumber AcceptWaiting();
  void Admit(tcp::socket socket);
  void Forget(const std::shared_ptr<HttpConnection>& connection);
  std::vector<std::shared_ptr<HttpConnection>> AllConnections() const;

  std::shared_ptr<HttpService> service_;  // shared with the connections
  tcp::acceptor acceptor_;
  Connections served_;
  Connections refused_;
  Signal ended_;  // when a connection has ended
  std::function<void()> cancel_accept_;
  std::function<void()> cancel_watch_;
};

Result<std::uint16_t> HttpServer::Listener::Listen() {
  const auto& options = service_->options;
  ErrorNumber error;
  const auto address = asio::ip::make_address(options.bind_address, error);
  if (error) return CannotListen(options, "this is not an IP address");
  const tcp::endpoint endpoint(address, options.port);
  acceptor_.open(endpoint.protocol(), error);
  if (!error) acceptor_.set_option(tcp::acceptor::reuse_address(true), error);
  if (!error) acceptor_.bind(endpoint, error);
  if (!error) acceptor_.listen(tcp::acceptor::max_listen_connections, error);
  if (!error) acceptor_.non_blocking(true, error);
  if (error) return CannotListen(options, error.message());
  auto accept = UntilCancelled(Accept(shared_from_this()));
  cancel_accept_ = service_->tasks.Spawn("http accept", std::move(accept));
  auto watch = UntilCancelled(WatchDeadlines(shared_from_this()));
  cancel_watch_ = service_->tasks.Spawn("http deadlines", std::move(watch));
  return acceptor_.local_endpoint().port();
}

Task<void> HttpServer::Listener::Accept(std::shared_ptr<Listener> self) {
  const auto& limits = self->service_->options.limits;
  while (self->acceptor_.is_open()) {
    if (self->refused_.size() >= limits.refused_connections_max) {
      co_await self->ended_.Wait();
      continue;
    }
    ErrorNumber error;
    co_await self->acceptor_.async_wait(tcp::acceptor::wait_read,
                                        asio::redirect_error(asio::use_awaitable, error));
    if (!error) error = self->AcceptWaiting();
    if (!error || !self->acceptor_.is_open()) continue;
    // Most likely there are no descriptors left, and those who wait would be found waiting at once
    // again.
    co_await self->service_->clock.Sleep(limits::kAcceptPause);
  }
}

// Accepts who is waiting; the error is one that goes on, not that of one connection.
ErrorNumber HttpServer::Listener::AcceptWaiting() {
  for (int accepted = 0; accepted < kAcceptedAtOnceMax; ++accepted) {
    if (refused_.size() >= service_->options.limits.refused_connections_max) break;
    tcp::socket socket(acceptor_.get_executor());
    ErrorNumber error;
    acceptor_.accept(socket, error);
    if (error == asio::error::would_block || error == asio::error::try_again) break;
    if (error == asio::error::connection_aborted) continue;
    if (error) return error;
    Admit(std::move(socket));
  }
  return ErrorNumber();
}

void HttpServer::Listener::Admit(tcp::socket socket) {
  ErrorNumber ignored;
  socket.set_option(tcp::no_delay(true), ignored);
  socket.non_blocking(true, ignored);
  auto connection = std::make_shared<HttpConnection>(std::move(socket), service_);
  const bool has_room = served_.size() < service_->options.limits.connections_max;
  (has_room ? served_ : refused_).insert(connection);
  auto membership = std::make_unique<Membership>(shared_from_this(), connection);
  auto serving = has_room ? Serve(std::move(membership)) : ServeRefusal(std::move(membership));
  auto task = UntilCancelled(std::move(serving));
  connection->set_cancel(service_->tasks.Spawn("http connection", std::move(task)));
}

Task<void> HttpServer::Listener::Serve(std::unique_ptr<Membership> membership) {
  co_await membership->connection().Serve();
}

Task<void> HttpServer::Listener::ServeRefusal(std::unique_ptr<Membership> membership) {
  co_await membership->connection().ServeRefusal();
}

void HttpServer::Listener::Forget(const std::shared_ptr<HttpConnection>& connection) {
  served_.erase(connection);
  refused_.erase(connection);
  ended_.NotifyAll();
}

Task<void> HttpServer::Listener::WatchDeadlines(std::shared_ptr<Listener> self) {
  auto& clock = self->service_->clock;
  for (;;) {
    co_await clock.Sleep(self->service_->options.limits.deadline_tick);
    const auto now = clock.SteadyNow();
    for (const auto& connection : self->AllConnections()) connection->CutIfOverdue(now);
  }
}

std::vector<std::shared_ptr<HttpConnection>> HttpServer::Listener::AllConnections() const {
  std::vector<std::shared_ptr<HttpConnection>> all(served_.begin(), served_.end());
  all.insert(all.end(), refused_.begin(), refused_.end());
  return all;
}

void HttpServer::Listener::StopAccepting() {
  ErrorNumber ignored;
  acceptor_.close(ignored);
  if (cancel_accept_) cancel_accept_();
}

Task<void> HttpServer::Listener::Drain(std::chrono::nanoseconds limit) {
  const auto self = shared_from_this();
  StopAccepting();
  service_->is_draining = true;
  for (const auto& connection : AllConnections()) connection->Leave();
  auto gentle_end = WithTimeout(service_->clock, WaitForEnd(self), limit);
  const auto ended = co_await std::move(gentle_end);
  if (!ended) {
    for (const auto& connection : AllConnections()) connection->Cut();
    auto hard_end = WithTimeout(service_->clock, WaitForEnd(self), kCutTimeout);
    static_cast<void>(co_await std::move(hard_end));
  }
  if (cancel_watch_) cancel_watch_();
}

Task<Status> HttpServer::Listener::WaitForEnd(std::shared_ptr<Listener> self) {
  while (!self->served_.empty() || !self->refused_.empty()) co_await self->ended_.Wait();
  co_return Ok();
}

void HttpServer::Listener::Stop() {
  StopAccepting();
  if (cancel_watch_) cancel_watch_();
  for (const auto& connection : AllConnections()) connection->Cut();
}

HttpServer::HttpServer(asio::any_io_executor executor, Clock& clock, TaskGroup& tasks,
                       HttpServerOptions options, HttpHandler handler) {
  NAT_CHECK(options.refuse && handler);
  auto service = std::make_shared<HttpService>(
      HttpService{clock, tasks, std::move(options), std::move(handler), DateText()});
  listener_ = std::make_shared<Listener>(std::move(executor), std::move(service));
}

HttpServer::~HttpServer() {
  listener_->Stop();
}

Result<std::uint16_t> HttpServer::Listen() {
  return listener_->Listen();
}

void HttpServer::StopAccepting() {
  listener_->StopAccepting();
}

Task<void> HttpServer::Drain(std::chrono::nanoseconds limit) {
  return listener_->Drain(limit);
}

std::size_t HttpServer::connections() const {
  return listener_->connections();
}

}  // namespace nat
