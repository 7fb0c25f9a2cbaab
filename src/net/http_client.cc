#include "net/http_client.h"

#include <utility>

#include "net/client_connection.h"
#include "net/client_message.h"
#include "net/connection_pool.h"
#include "net/response_body.h"

namespace nat {
namespace {

// Waits for a whole head and takes it from the connection.
Task<Result<ResponseHead>> ReadHead(ClientConnection& connection, std::string method) {
  for (std::size_t searched = 0;;) {
    auto end = FindResponseHead(connection.buffered(), searched);
    if (!end) co_return connection.Fault(Step::kHead, end.error().code, end.error().message);
    if (*end) {
      auto head = ReadResponseHead(connection.buffered().substr(0, **end), method);
      connection.Consume(**end);
      if (!head) co_return connection.Fault(Step::kHead, head.error().code, head.error().message);
      co_return head;
    }
    searched = connection.buffered().size();
    auto count = co_await connection.Fill(Step::kHead);
    if (!count) co_return count.error();
    if (*count == 0) {
      co_return connection.Fault(Step::kHead, ErrorCode::kUpstream, "the connection was closed");
    }
  }
}

// Sends the request and reads the head of its final response.
Task<Result<ResponseHead>> Exchange(ClientConnection& connection, std::string request,
                                    std::string method, std::chrono::nanoseconds limit) {
  connection.StartExchange();
  connection.deadline().SetAfter(limit);
  auto written = co_await connection.Write(std::move(request));
  if (!written) co_return written.error();
  // A server that answers 1xx for ever would otherwise be stopped by nothing but the deadline.
  for (std::size_t count = 0; count <= limits::kUpstreamInterimHeadsMax; ++count) {
    auto head = co_await ReadHead(connection, method);
    if (!head) co_return head.error();
    if (head->status == 101) break;
    if (head->status / 100 == 1) continue;
    connection.deadline().Clear();
    co_return head;
  }
  co_return connection.Fault(Step::kHead, ErrorCode::kUpstream, "no final response");
}

Task<Result<ClientResponse>> SendThrough(std::shared_ptr<ConnectionPool> pool,
                                         ClientRequest request) {
  auto text = WriteRequest(request);
  if (!text) co_return text.error();
  const std::string origin = request.url.Origin();
  for (auto connection = pool->Take(origin);; connection.reset()) {
    const bool is_kept = connection != nullptr;
    if (!is_kept) {
      connection = pool->MakeConnection();
      auto opened = co_await connection->Open(request.url, request.timeouts.connect);
      if (!opened) co_return opened.error();
    }
    auto head = co_await Exchange(*connection, *text, request.method, request.timeouts.first_byte);
    if (head) {
      ClientResponse response;
      response.status = head->status;
      response.body = std::make_unique<ResponseBody>(pool, std::move(connection), origin, *head,
                                                     request.timeouts);
      response.headers = std::move(head->headers);
      co_return response;
    }
    // The server may have closed a kept connection while our request was on its way.
    const bool was_stale =
        is_kept && !connection->has_received() && head.error().code == ErrorCode::kUpstream;
    if (!was_stale) co_return head.error();
  }
}

Task<Status> PrepareIn(std::shared_ptr<ConnectionPool> pool, Url url,
                       std::chrono::nanoseconds limit) {
  const std::string origin = url.Origin();
  if (pool->HasGood(origin)) co_return Ok();
  const auto preparation = pool->BeginPreparing(origin);
  if (!preparation) co_return Ok();
  auto connection = pool->MakeConnection();
  auto opened = co_await connection->Open(url, limit);
  if (!opened) co_return opened.error();
  pool->Keep(origin, std::move(connection));
  co_return Ok();
}

}  // namespace

HttpClient::HttpClient(asio::any_io_executor executor, Clock& clock, HttpClientOptions options)
    : pool_(std::make_shared<ConnectionPool>(executor, clock, std::move(options))) {}

HttpClient::~HttpClient() = default;

Task<Result<ClientResponse>> HttpClient::Send(ClientRequest request) {
  return SendThrough(pool_, std::move(request));
}

Task<Status> HttpClient::Prepare(Url url, ClientTimeouts timeouts) {
  return PrepareIn(pool_, std::move(url), timeouts.connect);
}

void HttpClient::CloseIdle() {
  pool_->CloseAll();
}

Task<Result<std::string>> ReadWhole(BodyStream& body, std::size_t bytes_max) {
  std::string whole;
  for (;;) {
    auto piece = co_await body.Next();
    if (!piece) co_return piece.error();
    if (!*piece) co_return whole;
    if (whole.size() + (*piece)->size() > bytes_max) {
      co_return Error(ErrorCode::kUpstream, "a body is longer than it may be");
    }
    whole += **piece;
  }
}

}  // namespace nat
