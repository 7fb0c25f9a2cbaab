// Reading JSON with errors that name the path of the bad field, and writing it. Boost.JSON
// underneath.
//
//   auto object = ParseJsonObject(body, "request");
//   if (!object) return object.error();
//   JsonReader reader(*object);
//   auto message = reader.RequiredText("message");
//   if (!message) return message.error();
#pragma once

#include <boost/json/object.hpp>
#include <boost/json/value.hpp>
#include <optional>
#include <string>
#include <string_view>

#include "base/error.h"

namespace nat {

namespace json = boost::json;

// kInvalidJson where the text is not JSON, is nested too deeply, or is not an object. `what` names
// it in the message.
Result<json::object> ParseJsonObject(std::string_view text, std::string_view what);

// Typed fields of one object. An absent or null field is "nothing"; a field of another type is
// kInvalidInput and the error's public detail names the field, never its value. The object outlives
// the reader.
class JsonReader {
 public:
  explicit JsonReader(const json::object& object) : object_(object) {}

  Result<std::string> RequiredText(std::string_view name) const;
  Result<std::optional<std::string>> OptionalText(std::string_view name) const;
  Result<std::optional<bool>> OptionalBoolean(std::string_view name) const;

 private:
  const json::object& object_;
};

std::string ToJson(const json::value& value);

}  // namespace nat
