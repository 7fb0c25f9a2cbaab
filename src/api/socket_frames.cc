#include "api/socket_frames.h"

#include <utility>

#include "base/limits.h"
#include "base/problem.h"
#include "chat/reply_events.h"

namespace nat {
namespace {

bool IsRequestId(const json::value& value) {
  if (const auto* text = value.if_string()) return text->size() <= limits::kRequestIdBytesMax;
  return value.is_null() || value.is_int64() || value.is_uint64();
}

json::object Framed(std::string_view type, const json::value& request_id) {
  json::object frame;
  frame["type"] = type;
  if (!request_id.is_null()) frame["request_id"] = request_id;
  return frame;
}

}  // namespace

Result<SocketRequest> ReadSocketRequest(std::string_view text) {
  auto fields = ParseJsonObject(text, "the frame");
  if (!fields) return fields.error();
  SocketRequest request;
  auto type = JsonReader(*fields).RequiredText("type");
  if (!type) return type.error();
  request.type = std::move(*type);
  if (const auto* id = fields->if_contains("request_id")) request.request_id = *id;
  if (!IsRequestId(request.request_id)) {
    return Error(ErrorCode::kInvalidInput, "a request id that cannot be used",
                 "The field \"request_id\" must be a text of at most 128 bytes or a whole number.");
  }
  request.fields = std::move(*fields);
  return request;
}

std::string AckFrame(const json::value& request_id, json::object fields) {
  auto frame = Framed("ack", request_id);
  for (auto& field : fields) frame[field.key()] = std::move(field.value());
  return ToJson(frame);
}

std::string ErrorFrame(const json::value& request_id, const Error& error) {
  auto frame = Framed("error", request_id);
  auto problem = ToProblem(error);
  if (error.retry_after) problem["retry_after"] = error.retry_after->count();
  frame["problem"] = std::move(problem);
  return ToJson(frame);
}

std::string PongFrame(const json::value& request_id) {
  return ToJson(Framed("pong", request_id));
}

// Put together as text: the payload is JSON already, and there is one of these for each segment.
std::string EventFrame(const TurnId& turn, const ReplyEvent& event) {
  NAT_CHECK(event.payload.starts_with('{') && event.payload.ends_with('}'));
  const auto fields = std::string_view(event.payload).substr(1, event.payload.size() - 2);
  std::string frame;
  frame.reserve(2 * event.payload.size() + 96);
  frame.append(R"({"type":")").append(event.name).append("\"");
  // The data of `turn` names it itself.
  if (event.name != kTurnEvent) frame.append(R"(,"turn_id":")").append(turn.text()).append("\"");
  frame.append(R"(,"id":)").append(std::to_string(event.number));
  if (!fields.empty()) frame.append(",").append(fields);
  return frame.append(R"(,"data":)").append(event.payload).append("}");
}

}  // namespace nat
