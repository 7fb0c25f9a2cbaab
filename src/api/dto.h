// JSON in and out: the shapes of DESIGN 3.1 and 3.2. Reading fails with the name of the bad field.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "base/json.h"
#include "chat/chat_service.h"
#include "chat/conversation_service.h"
#include "net/http.h"

namespace nat {

// The body of POST /chat.
struct ChatBody {
  SendRequest send;
  bool is_stream_asked = false;
};

// Both take the Idempotency-Key header where the body names no client_message_id. The caller is
// filled in by the handler.
Result<ChatBody> ReadChatBody(const Request& request);
Result<SendRequest> ReadTurnBody(const Request& request);
// The same fields in a frame of a socket.
Result<SendRequest> ReadSendFields(const json::object& fields);
// The body of PATCH /api/conversations/{id}: at least one of them.
struct ConversationPatch {
  std::optional<std::string> title;
  std::optional<MessageId> path;  // through this message goes the active path from now on
};
Result<ConversationPatch> ReadConversationPatch(const Request& request);

// `limit` within limits::kPageMax, else the default; kInvalidInput where it is no number.
Result<std::size_t> ReadPageLimit(const Request& request);
// The id in a query or path value; an unknown shape is kNotFound, as no such thing exists.
template <class IdType>
Result<IdType> ReadId(std::string_view text) {
  auto id = IdType::Parse(text);
  if (!id) return Error(ErrorCode::kNotFound, "not the shape of an id");
  return *id;
}

json::object TurnJson(const Turn& turn);
// {tokens_in?, tokens_out?, cost?, first_token_ms, reply_ms}
json::object UsageJson(const ReplyUsage& usage);
json::object ConversationJson(const Conversation& conversation);
json::object ConversationPageJson(const ConversationPage& page);
json::object MessagePageJson(const MessagePage& page);

}  // namespace nat
