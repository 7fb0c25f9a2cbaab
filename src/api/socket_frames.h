// The frames of GET /api/socket as values: JSON objects in text messages (DESIGN 3.2,
// docs/adr/0009). Pure.
#pragma once

#include <string>
#include <string_view>

#include "base/error.h"
#include "base/json.h"
#include "chat/model.h"

namespace nat {

// What a client asks for in one frame. `fields` are all of the frame's.
struct SocketRequest {
  std::string type;
  json::value request_id;  // a text or a whole number, given back with the answer; null for none
  json::object fields;
};

// kInvalidJson where the text is no JSON object, kInvalidInput where `type` or `request_id` is not
// what it must be. Which types there are is not looked at.
Result<SocketRequest> ReadSocketRequest(std::string_view text);

// {"type":"ack","request_id",...fields}
std::string AckFrame(const json::value& request_id, json::object fields);
// {"type":"error","request_id","problem"}; a problem of waiting says `retry_after`, in seconds.
std::string ErrorFrame(const json::value& request_id, const Error& error);
// {"type":"pong","request_id"}
std::string PongFrame(const json::value& request_id);
// {"type":event,"turn_id","id",...fields,"data":{fields}}: the fields of the event's data stand
// flat in the frame, and once more together.
std::string EventFrame(const TurnId& turn, const ReplyEvent& event);

}  // namespace nat
