// GET /api/socket: everything a client does with turns, over one connection (docs/adr/0009).
#include <utility>

#include "api/handlers.h"
#include "api/socket_connection.h"

namespace nat {
namespace {

constexpr const char* kProtocol = "notatherapist.v1";

Task<void> ServeSocket(ApiParts& parts, Exchange exchange, std::shared_ptr<WebSocket> socket) {
  auto connection =
      std::make_shared<SocketConnection>(parts, std::move(exchange), std::move(socket));
  co_await connection->Serve();
}

}  // namespace

Task<Result<Response>> GetSocket(ApiParts& parts, Exchange& exchange) {
  Response response;
  response.websocket_protocol = kProtocol;
  response.on_websocket = [&parts, exchange](std::shared_ptr<WebSocket> socket) {
    return ServeSocket(parts, exchange, std::move(socket));
  };
  co_return response;
}

}  // namespace nat
