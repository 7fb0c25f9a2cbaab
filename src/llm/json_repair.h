// Mends what servers get wrong inside JSON strings, so that a strict parser takes them.
#pragma once

#include <string>
#include <string_view>

namespace nat {

// `json` with U+FFFD for bytes that are not UTF-8 and for halves of surrogate pairs, with raw
// control characters in strings escaped, and with the backslash of an unknown escape taken as a
// backslash. What is well formed stays as it is; what is wrong outside strings stays wrong.
std::string RepairJson(std::string_view json);

}  // namespace nat
