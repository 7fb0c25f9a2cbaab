// HTTP/1.1 as a client: plain and TLS, kept connections per origin, bodies as streams.
//
//   HttpClient client(executor, clock, HttpClientOptions());
//   ClientRequest request;
//   request.url = base_url.Join("/models");
//   auto response = co_await client.Send(std::move(request));
//   if (!response) co_return response.error();
//   auto text = co_await ReadWhole(*response->body, limits::kUpstreamBodyBytesMax);
//
// Everything runs on the executor's one thread. Errors are kConnectTimeout where there was no
// connection in time (name, TCP and TLS), kTimeout where a later deadline passed, kCancelled where
// the task was cancelled, kInvalidInput where a header cannot be sent, and kUpstream for all else.
// Their messages name the step (name, connect, TLS, request, head, body) and the origin; they never
// hold a header's value or a part of a body.
//
// Addresses are kept as net/name_cache.h says, and TLS is resumed as net/tls_tickets.h says.
#pragma once

#include <chrono>
#include <cstddef>
#include <memory>
#include <string>

#include "base/async.h"
#include "base/clock.h"
#include "base/error.h"
#include "base/limits.h"
#include "net/http.h"
#include "net/resolve_name.h"
#include "net/url.h"

namespace nat {

class ConnectionPool;

struct ClientTimeouts {
  std::chrono::nanoseconds connect = limits::kConnectTimeout;  // name, TCP and TLS together
  // From sending to the end of the response's head, and again from there to the first byte of its
  // body.
  std::chrono::nanoseconds first_byte = limits::kFirstTokenTimeout;
  std::chrono::nanoseconds between_bytes = limits::kBetweenTokensTimeout;
};

struct ClientRequest {
  std::string method = "GET";
  Url url;
  // Host, Content-Length, Accept-Encoding and Connection are added; do not set them.
  Headers headers;
  std::string body;
  ClientTimeouts timeouts;
};

// `body` is never null, and never compressed: where the server sent gzip, it is unfolded as it
// comes, and `headers` do not speak of it. Read to its end, the connection is kept for the next
// request; dropped before, it is closed, which tells the server to stop. It may outlive the client.
struct ClientResponse {
  int status = 0;
  Headers headers;
  std::unique_ptr<BodyStream> body;
};

struct HttpClientOptions {
  // The certificate authorities to trust, as a PEM file; empty for the system's.
  std::string ca_file;
  std::size_t kept_connections_per_origin_max = limits::kPooledConnectionsPerOriginMax;
  // How names are looked up; empty for the system's way.
  ResolveName resolve;
};

class HttpClient {
 public:
  HttpClient(asio::any_io_executor executor, Clock& clock, HttpClientOptions options);
  ~HttpClient();
  HttpClient(const HttpClient&) = delete;
  HttpClient& operator=(const HttpClient&) = delete;

  // Returns when the response's head is there. Any status is a response, not an error. 1xx
  // responses are skipped. Every address of the host is tried. A kept connection that turns out
  // closed before one byte of an answer is replaced by a fresh one, once. A body in a coding other
  // than gzip is an error, for it was not asked for.
  Task<Result<ClientResponse>> Send(ClientRequest request);

  // Sees to it that a connection to the origin of `url`, TLS included, waits for the next Send,
  // which then needs no round trip before its own: opens one, unless a good one waits already or
  // one is being prepared by an earlier call; then it returns at once. Only `timeouts.connect`
  // matters. An error (as Send's) harms nothing. A Send meanwhile does not wait for it. The client
  // may be destroyed before it returns.
  Task<Status> Prepare(Url url, ClientTimeouts timeouts);

  // Closes the connections that wait for a next request. While there are some, a timer on the
  // executor sees to it that they end after kPooledConnectionIdleMax.
  void CloseIdle();

 private:
  // Shared by the client, the tasks it has begun and the bodies that will give their connection
  // back.
  std::shared_ptr<ConnectionPool> pool_;
};

// The whole body, or kUpstream where it is longer than `bytes_max`.
Task<Result<std::string>> ReadWhole(BodyStream& body, std::size_t bytes_max);

}  // namespace nat
