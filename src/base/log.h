// The operator's log: one JSON object a line on standard error. It never carries what a person
// wrote, nor a secret: fields are numbers, fixed words and our own messages, and ids only as keyed
// hashes (they are secrets, DESIGN 3.1).
//
//   log.Write(LogLevel::kInfo, "turn.finished", {{"turn", log.Hash(turn_id)}, {"status",
//   "completed"}});
#pragma once

#include <cstdint>
#include <initializer_list>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <variant>

#include "base/id.h"

namespace spdlog {
class logger;
}

namespace nat {

enum class LogLevel { kDebug, kInfo, kWarning, kError };

std::string_view WordOf(LogLevel level);
std::optional<LogLevel> ParseLogLevel(std::string_view word);

// A keyed hash of an id, made by Log::Hash. A type of its own, so that a naked id cannot be logged
// by accident.
class HashedId {
 public:
  const std::string& text() const { return text_; }

 private:
  friend class Log;
  explicit HashedId(std::string text) : text_(std::move(text)) {}
  std::string text_;
};

struct LogField {
  using Value = std::variant<std::string, std::int64_t, double>;
  LogField(std::string_view field_name, std::string_view text)
      : name(field_name), value(std::string(text)) {}
  LogField(std::string_view field_name, const char* text)
      : name(field_name), value(std::string(text)) {}
  LogField(std::string_view field_name, const HashedId& id) : name(field_name), value(id.text()) {}
  LogField(std::string_view field_name, std::int64_t number) : name(field_name), value(number) {}
  LogField(std::string_view field_name, double number) : name(field_name), value(number) {}

  std::string_view name;
  Value value;
};

// Any thread may write.
class Log {
 public:
  // `hash_key` keys the hashes of ids; hashes of two runs with the same key can be compared.
  Log(LogLevel least, std::string hash_key);
  ~Log();
  Log(const Log&) = delete;
  Log& operator=(const Log&) = delete;

  void Write(LogLevel level, std::string_view event, std::initializer_list<LogField> fields);

  template <class Tag>
  HashedId Hash(const Id<Tag>& id) const {
    return HashedId(HashText(id.text()));
  }
  HashedId HashAddress(std::string_view address) const { return HashedId(HashText(address)); }

 private:
  std::string HashText(std::string_view text) const;

  LogLevel least_;
  std::string hash_key_;
  std::unique_ptr<spdlog::logger> logger_;
};

}  // namespace nat
