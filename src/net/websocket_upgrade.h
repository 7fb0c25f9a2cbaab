// What turns an HTTP connection into a WebSocket: for the server's connection and for websocket.cc
// only.
#pragma once

#include <boost/asio/ip/tcp.hpp>
#include <string>

#include "base/clock.h"
#include "base/error.h"
#include "net/http.h"
#include "net/websocket.h"

namespace nat {

// What a client offered in the request of RFC 6455, section 4.2.1.
struct WebSocketOffer {
  std::string key;
  Headers protocols;  // its Sec-WebSocket-Protocol fields
};

// kUpgradeRequired where the request does not ask for a WebSocket, or for another version than 13;
// kMalformedRequest where it asks wrongly.
Result<WebSocketOffer> ReadWebSocketOffer(const Request& request);

struct WebSocketUpgrade {
  asio::ip::tcp::socket socket;
  std::string unread;  // what the client sent behind its request
  WebSocketOffer offer;
  std::string protocol;  // ours; agreed on where the client offered it
  Headers headers;       // of the answer, beside those of the handshake
  WebSocketLimits limits;
  Clock& clock;
};

}  // namespace nat
