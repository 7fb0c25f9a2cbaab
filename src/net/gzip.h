// Compression for the wire. Pure.
#pragma once

#include <string>
#include <string_view>

namespace nat {

// `text` in the format of RFC 1952.
std::string Gzip(std::string_view text);

}  // namespace nat
