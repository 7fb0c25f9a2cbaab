#include "vault/key.h"

#include <sodium.h>

namespace nat {

void FillWithRandom(std::uint8_t* bytes, std::size_t size) {
  randombytes_buf(bytes, size);
}

void Wipe(void* bytes, std::size_t size) noexcept {
  sodium_memzero(bytes, size);
}

bool AreEqual(const std::uint8_t* one, const std::uint8_t* other, std::size_t size) {
  return sodium_memcmp(one, other, size) == 0;
}

}  // namespace nat
