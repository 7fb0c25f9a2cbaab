// HTTP messages as plain structs. Whoever reads these headers sees no Beast, no socket and no
// OpenSSL.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/async.h"
#include "base/error.h"

namespace nat {

// Header fields in order of arrival; names compare without case.
class Headers {
 public:
  void Add(std::string name, std::string value);
  // Replaces every field of that name.
  void Set(std::string name, std::string value);
  void Remove(std::string_view name);
  // The first field of that name.
  std::optional<std::string_view> Get(std::string_view name) const;
  // Whether a comma-separated field holds `token`, without case ("Connection: keep-alive,
  // Upgrade").
  bool HasToken(std::string_view name, std::string_view token) const;

  const std::vector<std::pair<std::string, std::string>>& fields() const { return fields_; }

 private:
  std::vector<std::pair<std::string, std::string>> fields_;
};

bool EqualsIgnoringCase(std::string_view left, std::string_view right);

// A body that arrives or leaves in pieces. Pulled; dropping it cancels what feeds it.
class BodyStream {
 public:
  virtual ~BodyStream() = default;
  // The next non-empty piece, nothing at the end, or an error. Not called again after an end or an
  // error.
  virtual Task<Result<std::optional<std::string>>> Next() = 0;
};

class WebSocket;  // net/websocket.h

struct Request {
  std::string method;
  std::string target;  // as sent: path and query
  std::string path;    // percent-decoded, starts with '/', no dot segments
  std::string query;   // as sent, without '?'
  Headers headers;
  std::string body;
  std::string
      peer_address;  // of the socket, without port; what proxies claim is not looked at here
};

struct Response {
  int status = 200;
  Headers headers;
  std::string body;
  // When set, `body` is not used and the answer is sent chunked: each piece is one chunk and one
  // send, so Next() best gives everything that has arrived. The stream is dropped when the peer has
  // gone.
  std::unique_ptr<BodyStream> stream;
  // When set, and the request is a WebSocket upgrade, the handshake is made (offering
  // `websocket_protocol` where the client asked for it) and this runs with the open socket until it
  // returns. `status` and `body` are not used; `headers` go along with the handshake.
  std::function<Task<void>(std::shared_ptr<WebSocket>)> on_websocket;
  std::string websocket_protocol;
};

// The first value of `name` in a query string or an application/x-www-form-urlencoded text,
// decoded.
std::optional<std::string> QueryValue(std::string_view query, std::string_view name);

// Percent-decoding. Nothing where an escape is malformed or yields a zero byte.
std::optional<std::string> PercentDecode(std::string_view text);

// The standard reason phrase, or "Status" for an unknown number.
std::string_view ReasonPhrase(int status);

}  // namespace nat
