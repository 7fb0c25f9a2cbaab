// Cookies as HTTP writes them (RFC 6265). Pure.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "api/client_address.h"

namespace nat {

// The value of the first cookie of that name in a Cookie header.
std::optional<std::string_view> FindCookie(std::string_view header, std::string_view name);

// A Set-Cookie value for a cookie that lasts, that scripts cannot read and other sites do not send.
std::string MakeSetCookie(std::string_view name, std::string_view value, Transport transport);

}  // namespace nat
