#include "vault/keyed_hash.h"

#include <sodium.h>

#include <array>

namespace nat {

std::string KeyedHash(const PurposeKey& key, std::string_view text) {
  std::array<unsigned char, crypto_generichash_BYTES_MIN> hash{};
  crypto_generichash(hash.data(), hash.size(), reinterpret_cast<const unsigned char*>(text.data()),
                     text.size(), key.Reveal(), kKeyBytes);
  std::array<char, crypto_generichash_BYTES_MIN * 2 + 1> hex{};
  sodium_bin2hex(hex.data(), hex.size(), hash.data(), hash.size());
  return hex.data();
}

}  // namespace nat
