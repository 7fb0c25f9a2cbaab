// Ids: 130 random bits as 26 letters and digits, typed by what they name, so that a TurnId cannot
// stand where a PersonId belongs. They are unguessable and therefore secrets: logs carry only
// keyed hashes of them (Log::Hash).
#pragma once

#include <compare>
#include <cstddef>
#include <functional>
#include <optional>
#include <string>
#include <string_view>

namespace nat {

// 26 characters of Crockford's base 32 in lower case.
std::string MakeRandomIdText();
bool IsIdText(std::string_view text);
inline constexpr std::size_t kIdLength = 26;
// The id text that kIdLength bytes give: the same for the same, as when a keyed hash makes them.
std::string IdTextFromBytes(std::string_view bytes);

template <class Tag>
class Id {
 public:
  Id() = default;
  static Id Make() { return Id(MakeRandomIdText()); }
  // The id, or nothing where `text` does not have the shape of one.
  static std::optional<Id> Parse(std::string_view text) {
    if (!IsIdText(text)) return std::nullopt;
    return Id(std::string(text));
  }

  // An id out of kIdLength bytes that nobody can guess, such as a keyed hash.
  static Id FromBytes(std::string_view bytes) { return Id(IdTextFromBytes(bytes)); }

  const std::string& text() const { return text_; }
  bool is_empty() const { return text_.empty(); }
  auto operator<=>(const Id&) const = default;

 private:
  explicit Id(std::string text) : text_(std::move(text)) {}

  std::string text_;
};

using PersonId = Id<struct PersonTag>;
using ConversationId = Id<struct ConversationTag>;
using MessageId = Id<struct MessageTag>;
using TurnId = Id<struct TurnTag>;
using RequestId = Id<struct RequestTag>;

}  // namespace nat

template <class Tag>
struct std::hash<nat::Id<Tag>> {
  std::size_t operator()(const nat::Id<Tag>& id) const noexcept {
    return std::hash<std::string>()(id.text());
  }
};
