// One open GET /api/socket: answers the frames of a client in their order, and sends it the events
// of every reply that it follows, several at once. It reads reply logs like any other reader, so
// whatever happens to the socket changes nothing for a turn.
//
// Everything is bounded: what one frame may hold (net/), how many replies are followed at once, how
// long a peer may not read (net/ cuts it, and it resumes later), how many frames may mean nothing.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <unordered_map>

#include "api/exchange.h"
#include "api/socket_frames.h"
#include "chat/turn_watch.h"
#include "net/websocket.h"

namespace nat {

class SocketConnection : public std::enable_shared_from_this<SocketConnection> {
 public:
  // `exchange` is that of the upgrade. The socket is shared with the connection it came from.
  SocketConnection(ApiParts& parts, Exchange exchange, std::shared_ptr<WebSocket> socket);
  SocketConnection(const SocketConnection&) = delete;
  SocketConnection& operator=(const SocketConnection&) = delete;

  // Returns when either side has closed. Whoever calls it holds a shared_ptr to this meanwhile.
  Task<void> Serve();

 private:
  class Departure;

  Task<void> Take(std::string text);
  Task<Status> Answer(SocketRequest request);
  Task<Status> AnswerSend(SocketRequest request);
  Task<Status> AnswerResume(SocketRequest request);
  Task<Status> AnswerStop(SocketRequest request);
  Task<Status> AnswerWatch(SocketRequest request);

  // Sends `ack`, and then the events of the turn after that number.
  Task<Status> AckAndFollow(json::value request_id, Turn turn, std::uint64_t after);
  static Task<void> FollowToEnd(std::shared_ptr<SocketConnection> self, std::uint64_t number,
                                TurnId turn, std::unique_ptr<ReplyReader> reader);
  static Task<void> TellBegun(std::shared_ptr<SocketConnection> self, std::uint64_t number,
                              std::shared_ptr<TurnWatch> watch);
  Task<bool> TellOfTurn(Turn turn);
  void Spawn(std::string name, std::uint64_t number, Task<void> task);
  bool IsFollowed(const TurnId& turn, std::uint64_t by) const;

  ApiParts& parts_;
  Exchange exchange_;
  std::shared_ptr<WebSocket> socket_;
  std::size_t faults_ = 0;
  std::uint64_t tasks_begun_ = 0;
  // What ends each task that this connection has begun, by its number.
  std::unordered_map<std::uint64_t, std::function<void()>> tasks_;
  // Which of them follows a turn: the last one that was asked for.
  std::unordered_map<TurnId, std::uint64_t> followed_;
  std::shared_ptr<TurnWatch> watch_;  // shared with the task that waits for it
  bool is_sending_ = false;
  Signal sent_;
};

}  // namespace nat
