// How ids, times and sealed texts stand in columns; shared by the stores of this folder. The
// context of a sealed text names its row, so that a text moved to another row does not open.
#pragma once

#include <cstdint>
#include <string>

#include "base/clock.h"
#include "base/id.h"
#include "db/database.h"

namespace nat {

inline std::int64_t ToStored(Time time) {
  return time.time_since_epoch().count();
}

inline Time ReadTime(const Row& row, std::size_t column) {
  return Time(std::chrono::milliseconds(row.Integer(column)));
}

// An id that this program stored; '' reads as the empty id.
template <class IdType>
IdType ReadId(const Row& row, std::size_t column) {
  const auto& text = row.Text(column);
  if (text.empty()) return IdType();
  auto id = IdType::Parse(text);
  NAT_CHECK(id.has_value());
  return *id;
}

inline std::string TitleContext(const ConversationId& id) {
  return "title:" + id.text();
}
inline std::string MessageContext(const MessageId& id) {
  return "message:" + id.text();
}
inline std::string EventContext(const TurnId& id, std::uint64_t number) {
  return "event:" + id.text() + ":" + std::to_string(number);
}

}  // namespace nat
