// A short name for something that must not be stored or logged itself, such as an address: equal
// for equal text, and meaningless to whoever does not have the key.
#pragma once

#include <string>
#include <string_view>

#include "vault/master_key.h"

namespace nat {

// 128 bits as 32 hexadecimal digits.
std::string KeyedHash(const PurposeKey& key, std::string_view text);

}  // namespace nat
