// The data of each event of a reply, as JSON (DESIGN 3.3). The names are the event names of the
// wire contract.
#pragma once

#include <string>
#include <string_view>

#include "base/json.h"
#include "chat/model.h"

namespace nat {

inline constexpr std::string_view kTurnEvent = "turn";
inline constexpr std::string_view kNoticeEvent = "notice";
inline constexpr std::string_view kTextEvent = "text";
inline constexpr std::string_view kSnapshotEvent = "snapshot";
inline constexpr std::string_view kDoneEvent = "done";

std::string TurnEventJson(const Turn& turn);
std::string NoticeEventJson(std::string_view kind, std::string_view text);
// Where a turn waits for a model that others are using: `place` others come before, this one
// counted.
std::string QueuedEventJson(std::size_t place);
std::string TextEventJson(std::string_view text);  // `text` and `snapshot`
std::string DoneEventJson(const Turn& turn);

// The text that a stored `text` event carries; empty for any other shape.
std::string TextOfEvent(const ReplyEvent& event);

// {"provider", "model"}
json::object SourceJson(const Source& source);
// The problem of a turn that failed or was interrupted, from its stored word.
json::object TurnProblemJson(const std::string& word);

}  // namespace nat
