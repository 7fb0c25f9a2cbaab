// One connection of the server: reads requests, has them answered, and writes the answers, one
// after the other. Its deadline is one point in time that the server looks at once a second, not a
// timer per operation.
#pragma once

#include <boost/asio/ip/tcp.hpp>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>

#include "base/async.h"
#include "base/clock.h"
#include "base/error.h"
#include "net/http.h"
#include "net/http_server.h"
#include "net/input_buffer.h"
#include "net/request_body.h"
#include "net/request_head.h"
#include "net/response_head.h"
#include "net/websocket_upgrade.h"

namespace nat {

// What the connections of one server have in common.
struct HttpService {
  Clock& clock;
  TaskGroup& tasks;
  HttpServerOptions options;
  HttpHandler handler;
  DateText date;
  bool is_draining = false;
};

class HttpConnection : public std::enable_shared_from_this<HttpConnection> {
 public:
  // `service` is shared with the server and its other connections: whichever ends last.
  HttpConnection(asio::ip::tcp::socket socket, std::shared_ptr<HttpService> service);
  ~HttpConnection();
  HttpConnection(const HttpConnection&) = delete;
  HttpConnection& operator=(const HttpConnection&) = delete;

  // Serves until either side closes. The caller holds a shared_ptr to this meanwhile.
  Task<void> Serve();
  // Tells the peer that there are too many connections, and closes.
  Task<void> ServeRefusal();

  // What ends the task that serves; Cut calls it.
  void set_cancel(std::function<void()> cancel) { cancel_ = std::move(cancel); }
  void CutIfOverdue(SteadyTime now);
  // Closes where nothing is under way; else the answer under way becomes the last.
  void Leave();
  // Closes the socket and ends what the serving task waits for.
  void Cut();

 private:
  // What must be known of a request when it is answered, after the handler has got the request
  // itself.
  struct Exchange {
    HttpVersion version = HttpVersion::k11;
    AfterAnswer after_answer = AfterAnswer::kClose;
    bool is_head = false;
    std::optional<Result<WebSocketOffer>> offer;  // where the request asks for an upgrade
  };
  enum class Sent { kAll, kBlocked, kBroken };

  Task<AfterAnswer> ServeRequest();
  Task<Result<std::optional<RequestHead>>> ReadHead();
  // Reads until the body is complete or the peer has gone.
  Task<Status> ReadBody(const RequestHead& head, RequestBodyReader& body);
  Task<Response> Answer(Request request);

  Task<AfterAnswer> Respond(Exchange exchange, Response response);
  Task<AfterAnswer> SendStream(Exchange exchange, Response response);
  Task<AfterAnswer> RunWebSocket(Exchange exchange, Response response);
  Task<Status> SendPieces(HttpVersion version, std::unique_ptr<BodyStream> stream);
  Task<AfterAnswer> Refuse(std::optional<Request> request, Error error);
  // Closes our side and reads on, within bounds: a socket closed with unread bytes would take the
  // answer with it.
  Task<void> Linger();

  // How many bytes came; 0 when the peer has closed its side, or the connection broke.
  Task<std::size_t> Receive();
  // Sends output_ and then body_, at once as far as the system takes them. The peer has the write
  // timeout for each part that it takes, or for all of it.
  enum class WriteTime { kForEachPart, kForAll };
  Task<Status> Flush(WriteTime write_time = WriteTime::kForEachPart);
  Sent TryFlush();
  void AppendHead(const Exchange& exchange, const Response& response, ResponseFraming framing);
  AfterAnswer AfterAnswerTo(const Exchange& exchange, const Response& response) const;
  void SetDeadline(std::chrono::nanoseconds after);
  void ClearDeadline() { deadline_ = SteadyTime::max(); }

  // While a stream waits for its next piece, only reading tells that the peer has gone.
  void WatchPeer(std::uint64_t stream_number);
  void OnReadable(std::uint64_t stream_number);
  // Sends the head of a stream in the next turn of the loop, if its first piece was not at hand
  // before.
  void SendHeadSoon(std::uint64_t stream_number);

  asio::ip::tcp::socket socket_;
  std::shared_ptr<HttpService> service_;
  std::string peer_address_;
  InputBuffer input_;
  std::string output_;    // heads, chunks
  std::string body_;      // a whole body, sent behind output_ without a copy
  std::size_t sent_ = 0;  // of both together
  SteadyTime deadline_ = SteadyTime::max();
  bool is_idle_ = true;                   // between requests
  bool has_served_ = false;               // a request, so that another may take its time
  std::uint64_t stream_number_ = 0;       // counts up when a stream begins and when it ends
  std::shared_ptr<WebSocket> websocket_;  // shared with its handler
  std::function<void()> cancel_;
};

}  // namespace nat
