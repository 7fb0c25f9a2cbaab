#include "api/socket_connection.h"

#include <utility>

#include "api/caller.h"
#include "api/dto.h"
#include "chat/reply_events.h"

namespace nat {
namespace {

constexpr std::uint16_t kPolicyViolation = 1008;  // RFC 6455, 7.4.1

Error UnknownType() {
  return Error(ErrorCode::kInvalidInput, "a frame of an unknown type",
               "The field \"type\" must be one of send, resume, stop, watch, typing and ping.");
}

// `after` of a resume; 0 where it is not there.
Result<std::uint64_t> ReadAfter(const json::object& fields) {
  const auto* after = fields.if_contains("after");
  if (after == nullptr || after->is_null()) return std::uint64_t{0};
  if (const auto* number = after->if_int64(); number != nullptr && *number >= 0) {
    return static_cast<std::uint64_t>(*number);
  }
  return Error(ErrorCode::kInvalidInput, "an event number that is none",
               "The field \"after\" must be the number of an event.");
}

Result<TurnId> ReadTurnId(const json::object& fields) {
  auto text = JsonReader(fields).RequiredText("turn_id");
  if (!text) return text.error();
  return ReadId<TurnId>(*text);
}

}  // namespace

// Ends what the connection has begun, however it ends.
class SocketConnection::Departure {
 public:
  explicit Departure(SocketConnection& connection) : connection_(connection) {}
  ~Departure() {
    // Ending a task takes it out of the map.
    for (const auto& [number, cancel] : std::exchange(connection_.tasks_, {})) cancel();
  }
  Departure(const Departure&) = delete;
  Departure& operator=(const Departure&) = delete;

 private:
  SocketConnection& connection_;
};

SocketConnection::SocketConnection(ApiParts& parts, Exchange exchange,
                                   std::shared_ptr<WebSocket> socket)
    : parts_(parts),
      exchange_(std::move(exchange)),
      socket_(std::move(socket)),
      sent_(parts.tasks.executor()) {}

Task<void> SocketConnection::Serve() {
  const Departure departure(*this);
  while (faults_ < limits::kSocketFaultsMax) {
    auto received = co_await socket_->Receive();
    if (!received || !received->has_value()) co_return;
    co_await Take(std::move(**received));
  }
  std::string reason = "too many frames that mean nothing";
  co_await socket_->Close(kPolicyViolation, std::move(reason));
}

Task<void> SocketConnection::Take(std::string text) {
  auto request = ReadSocketRequest(text);
  const json::value request_id = request ? request->request_id : nullptr;
  Status answered = Ok();
  if (request) {
    answered = co_await Answer(std::move(*request));
  } else {
    answered = request.error();
  }
  if (answered) co_return;
  const bool means_nothing = answered.error().code == ErrorCode::kInvalidJson ||
                             answered.error().code == ErrorCode::kInvalidInput;
  if (means_nothing) ++faults_;
  auto sent = co_await socket_->Send(ErrorFrame(request_id, answered.error()));
  // A socket that broke tells so at the next Receive.
  static_cast<void>(sent);
}

Task<Status> SocketConnection::Answer(SocketRequest request) {
  if (request.type == "typing") {
    parts_.gateway.Prepare();
    co_return Ok();
  }
  if (request.type == "ping") co_return co_await socket_->Send(PongFrame(request.request_id));
  const auto kind = request.type == "send" ? RateKind::kTurn : RateKind::kRequest;
  auto allowed = AllowedBy(CountRequest(parts_, exchange_, kind));
  if (!allowed) co_return allowed;
  if (request.type == "send") co_return co_await AnswerSend(std::move(request));
  if (request.type == "resume") co_return co_await AnswerResume(std::move(request));
  if (request.type == "stop") co_return co_await AnswerStop(std::move(request));
  if (request.type == "watch") co_return co_await AnswerWatch(std::move(request));
  co_return UnknownType();
}

Task<Status> SocketConnection::AnswerSend(SocketRequest request) {
  auto send = ReadSendFields(request.fields);
  if (!send) co_return send.error();
  send->caller = SenderOf(parts_, exchange_, *send);
  // What this socket sends it follows from the first event on; its watch must not tell it too.
  is_sending_ = true;
  auto turn = co_await parts_.chat.Send(std::move(*send));
  Status answered = Ok();
  if (turn) {
    answered = co_await AckAndFollow(std::move(request.request_id), std::move(*turn), 0);
  } else {
    answered = turn.error();
  }
  is_sending_ = false;
  sent_.NotifyAll();
  co_return answered;
}

Task<Status> SocketConnection::AnswerResume(SocketRequest request) {
  auto id = ReadTurnId(request.fields);
  if (!id) co_return id.error();
  auto after = ReadAfter(request.fields);
  if (!after) co_return after.error();
  auto turn = co_await parts_.chat.FindTurn(exchange_.caller, *id);
  if (!turn) co_return turn.error();
  co_return co_await AckAndFollow(std::move(request.request_id), std::move(*turn), *after);
}

Task<Status> SocketConnection::AnswerStop(SocketRequest request) {
  auto id = ReadTurnId(request.fields);
  if (!id) co_return id.error();
  auto turn = co_await parts_.chat.Stop(exchange_.caller, *id);
  if (!turn) co_return turn.error();
  json::object fields;
  fields["turn"] = TurnJson(*turn);
  co_return co_await socket_->Send(AckFrame(request.request_id, std::move(fields)));
}

// Replaces the watch before; without a conversation it only ends that.
Task<Status> SocketConnection::AnswerWatch(SocketRequest request) {
  auto text = JsonReader(request.fields).OptionalText("conversation_id");
  if (!text) co_return text.error();
  if (watch_) watch_->End();
  watch_.reset();
  json::object fields;
  if (text->has_value()) {
    auto conversation = ReadId<ConversationId>(**text);
    if (!conversation) co_return conversation.error();
    auto watch = co_await parts_.chat.Watch(exchange_.caller, *conversation);
    if (!watch) co_return watch.error();
    watch_ = std::move(*watch);
    fields["conversation_id"] = conversation->text();
  }
  auto acknowledged = co_await socket_->Send(AckFrame(request.request_id, std::move(fields)));
  if (acknowledged && watch_) {
    const auto number = ++tasks_begun_;
    Spawn("socket.watch", number, TellBegun(shared_from_this(), number, watch_));
  }
  co_return acknowledged;
}

Task<Status> SocketConnection::AckAndFollow(json::value request_id, Turn turn,
                                            std::uint64_t after) {
  if (tasks_.size() > limits::kSocketTurnsMax) {
    co_return Error(ErrorCode::kRateLimited, "too many replies are followed by one socket",
                    "This connection follows too many replies at once.");
  }
  auto reader = co_await parts_.chat.Follow(exchange_.caller, turn.id, after);
  if (!reader) co_return reader.error();
  // Before the acknowledgement is out, so that nothing else tells the client of this turn.
  const auto number = ++tasks_begun_;
  followed_[turn.id] = number;
  json::object fields;
  fields["turn"] = TurnJson(turn);
  auto acknowledged = co_await socket_->Send(AckFrame(request_id, std::move(fields)));
  if (acknowledged) {
    Spawn("socket.follow", number,
          FollowToEnd(shared_from_this(), number, turn.id, std::move(*reader)));
  }
  co_return acknowledged;
}

Task<void> SocketConnection::FollowToEnd(std::shared_ptr<SocketConnection> self,
                                         std::uint64_t number, TurnId turn,
                                         std::unique_ptr<ReplyReader> reader) {
  bool is_going_on = true;
  while (is_going_on) {
    auto read = co_await reader->Next();
    for (const auto& event : read.events) {
      if (!self->IsFollowed(turn, number)) break;
      auto sent = co_await self->socket_->Send(EventFrame(turn, event));
      if (!sent) read.is_end = true;
    }
    is_going_on = !read.is_end && self->IsFollowed(turn, number);
  }
  if (self->IsFollowed(turn, number)) self->followed_.erase(turn);
  self->tasks_.erase(number);
}

Task<void> SocketConnection::TellBegun(std::shared_ptr<SocketConnection> self, std::uint64_t number,
                                       std::shared_ptr<TurnWatch> watch) {
  bool is_going_on = true;
  while (is_going_on) {
    auto begun = co_await watch->Next();
    while (self->is_sending_) co_await self->sent_.Wait();
    is_going_on = !begun.empty() && self->watch_ == watch;
    for (auto& turn : begun) {
      if (is_going_on) is_going_on = co_await self->TellOfTurn(std::move(turn));
    }
  }
  self->tasks_.erase(number);
}

// False where the socket has broken.
Task<bool> SocketConnection::TellOfTurn(Turn turn) {
  if (followed_.contains(turn.id)) co_return true;
  ReplyEvent event;
  event.number = 1;
  event.name = kTurnEvent;
  event.payload = TurnEventJson(turn);
  auto sent = co_await socket_->Send(EventFrame(turn.id, event));
  co_return sent.has_value();
}

void SocketConnection::Spawn(std::string name, std::uint64_t number, Task<void> task) {
  tasks_.emplace(number, parts_.tasks.Spawn(std::move(name), std::move(task)));
}

bool SocketConnection::IsFollowed(const TurnId& turn, std::uint64_t by) const {
  const auto follower = followed_.find(turn);
  return follower != followed_.end() && follower->second == by;
}

}  // namespace nat
