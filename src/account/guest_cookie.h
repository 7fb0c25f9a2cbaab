// The cookie that makes a person without any form. It is the person's id and a MAC under a key
// derived from the master key: nothing is stored for a visitor who writes nothing, and nobody can
// make one up. Pure.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "base/id.h"
#include "vault/master_key.h"

namespace nat {

inline constexpr std::string_view kGuestCookieName = "nat_guest";

std::string MakeGuestCookie(const PurposeKey& key, const PersonId& person);
// The person, or nothing where the value was not made with this key.
std::optional<PersonId> ReadGuestCookie(const PurposeKey& key, std::string_view value);

}  // namespace nat
