#include "base/json.h"

#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>

namespace nat {
namespace {

// Requests are flat; a deep text is only ever hostile.
constexpr std::size_t kDepthMax = 16;

Error WrongField(std::string_view name, std::string_view should_be) {
  std::string sentence = "The field \"" + std::string(name) + "\" " + std::string(should_be) + ".";
  std::string message = "bad field " + std::string(name);
  return Error(ErrorCode::kInvalidInput, std::move(message), std::move(sentence));
}

}  // namespace

Result<json::object> ParseJsonObject(std::string_view text, std::string_view what) {
  json::parse_options options;
  options.max_depth = kDepthMax;
  boost::system::error_code error;
  auto value = json::parse(text, error, {}, options);
  if (error) {
    return Error(ErrorCode::kInvalidJson, std::string(what) + " is not JSON: " + error.message());
  }
  if (!value.is_object()) {
    return Error(ErrorCode::kInvalidJson, std::string(what) + " is not a JSON object");
  }
  return std::move(value.get_object());
}

Result<std::string> JsonReader::RequiredText(std::string_view name) const {
  auto text = OptionalText(name);
  if (!text) return text.error();
  if (!text->has_value()) return WrongField(name, "is missing");
  return std::move(**text);
}

Result<std::optional<std::string>> JsonReader::OptionalText(std::string_view name) const {
  const auto* value = object_.if_contains(name);
  if (value == nullptr || value->is_null()) return std::optional<std::string>();
  const auto* text = value->if_string();
  if (text == nullptr) return WrongField(name, "must be a text");
  return std::optional<std::string>(std::string(text->data(), text->size()));
}

Result<std::optional<bool>> JsonReader::OptionalBoolean(std::string_view name) const {
  const auto* value = object_.if_contains(name);
  if (value == nullptr || value->is_null()) return std::optional<bool>();
  const auto* boolean = value->if_bool();
  if (boolean == nullptr) return WrongField(name, "must be true or false");
  return std::optional<bool>(*boolean);
}

std::string ToJson(const json::value& value) {
  return json::serialize(value);
}

}  // namespace nat
