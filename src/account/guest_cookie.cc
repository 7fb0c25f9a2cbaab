#include "account/guest_cookie.h"

#include <sodium.h>

#include "vault/keyed_hash.h"

namespace nat {
namespace {

constexpr char kSeparator = '.';

}  // namespace

std::string MakeGuestCookie(const PurposeKey& key, const PersonId& person) {
  return person.text() + kSeparator + KeyedHash(key, person.text());
}

std::optional<PersonId> ReadGuestCookie(const PurposeKey& key, std::string_view value) {
  const auto separator = value.find(kSeparator);
  if (separator == std::string_view::npos) return std::nullopt;
  const auto person = PersonId::Parse(value.substr(0, separator));
  if (!person) return std::nullopt;
  const auto expected = MakeGuestCookie(key, *person);
  const bool is_ours = value.size() == expected.size() &&
                       sodium_memcmp(value.data(), expected.data(), expected.size()) == 0;
  return is_ours ? person : std::nullopt;
}

}  // namespace nat
