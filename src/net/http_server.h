// An HTTP/1.1 server on one event loop. It reads whole requests, calls one handler, and sends what
// the handler gives: a body, a stream of chunks, or a WebSocket.
//
//   HttpServer server(loop.get_executor(), clock, tasks, std::move(options), handler);
//   auto port = server.Listen();
//   ...
//   co_await server.Drain(limits::kDrainTimeout);   // before destroying it
//
// What a peer does wrong costs that peer its connection and bounded memory, and no one else
// anything: see docs/adr/0008 for every such road and its answer. Everything here runs on the
// loop's thread.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>

#include "base/async.h"
#include "base/clock.h"
#include "base/error.h"
#include "base/limits.h"
#include "net/http.h"

namespace nat {

// The bounds of one server; tests lower them.
struct HttpLimits {
  std::size_t header_bytes_max = limits::kHeaderBytesMax;
  std::size_t header_count_max = limits::kHeaderCountMax;
  std::size_t body_bytes_max = limits::kBodyBytesMax;
  std::size_t body_drain_bytes_max = limits::kBodyDrainBytesMax;
  std::size_t pipelined_bytes_max = limits::kPipelinedBytesMax;
  std::size_t connections_max = limits::kConnectionsMax;
  std::size_t refused_connections_max = limits::kRefusedConnectionsMax;
  std::size_t socket_message_bytes_max = limits::kSocketMessageBytesMax;
  std::chrono::nanoseconds head_timeout = limits::kHeadTimeout;
  std::chrono::nanoseconds body_timeout = limits::kBodyTimeout;
  std::chrono::nanoseconds idle_timeout = limits::kIdleTimeout;
  std::chrono::nanoseconds write_timeout = limits::kWriteTimeout;
  std::chrono::nanoseconds linger_timeout = limits::kLingerTimeout;
  std::chrono::nanoseconds deadline_tick = limits::kDeadlineTick;
};

// Answers one request. It may throw: the peer then gets a 500 and the connection goes on.
using HttpHandler = std::function<Task<Response>(Request)>;

// Makes the answer to what net/ itself refuses (a malformed head, a body that is too large, a
// handler that threw). The request is null where none could be read.
using HttpRefusal = std::function<Response(const Request* request, const Error& error)>;

struct HttpServerOptions {
  std::string bind_address = "127.0.0.1";
  std::uint16_t port = 0;  // 0 takes any free port; Listen says which
  HttpRefusal refuse;
  HttpLimits limits;
};

class HttpServer {
 public:
  HttpServer(asio::any_io_executor executor, Clock& clock, TaskGroup& tasks,
             HttpServerOptions options, HttpHandler handler);
  // Cuts what is still open. The tasks of connections end in `tasks`, and need neither the server
  // nor its handler to be there any more.
  ~HttpServer();
  HttpServer(const HttpServer&) = delete;
  HttpServer& operator=(const HttpServer&) = delete;

  // Binds and starts to accept; gives the port. Fails with kUnavailable and a message that says
  // what to do.
  Result<std::uint16_t> Listen();

  // Closes the port. Open connections go on.
  void StopAccepting();

  // Stops accepting, closes idle connections, asks WebSockets to leave (1001) and lets running
  // answers end, each with `Connection: close`. What is still open after `limit` is cut.
  Task<void> Drain(std::chrono::nanoseconds limit);

  // Open connections, without those that are only being told that there are too many.
  std::size_t connections() const;

 private:
  class Listener;

  std::shared_ptr<Listener>
      listener_;  // shared with the accepting task and the task of each connection
};

}  // namespace nat
