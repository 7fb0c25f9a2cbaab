// 32 bytes of key material, typed by what they open, so that a cookie key cannot stand where a
// person's key belongs. A key has no stream operator; whoever needs the bytes says Reveal(). Every
// copy is wiped when it ends.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <optional>
#include <string_view>

namespace nat {

inline constexpr std::size_t kKeyBytes = 32;

void FillWithRandom(std::uint8_t* bytes, std::size_t size);
void Wipe(void* bytes, std::size_t size) noexcept;
// In a time that does not depend on where they differ.
bool AreEqual(const std::uint8_t* one, const std::uint8_t* other, std::size_t size);

template <class Tag>
class Key {
 public:
  static Key Make() {
    Key key;
    FillWithRandom(key.bytes_.data(), kKeyBytes);
    return key;
  }
  // The key with these bytes; nothing unless there are exactly kKeyBytes of them.
  static std::optional<Key> FromBytes(std::string_view bytes) {
    if (bytes.size() != kKeyBytes) return std::nullopt;
    Key key;
    std::memcpy(key.bytes_.data(), bytes.data(), kKeyBytes);
    return key;
  }

  Key(const Key&) = default;
  Key& operator=(const Key&) = default;
  ~Key() { Wipe(bytes_.data(), kKeyBytes); }

  // As libsodium takes it: kKeyBytes bytes.
  const std::uint8_t* Reveal() const { return bytes_.data(); }
  bool operator==(const Key& other) const {
    return AreEqual(bytes_.data(), other.bytes_.data(), kKeyBytes);
  }

 private:
  Key() = default;

  std::array<std::uint8_t, kKeyBytes> bytes_{};
};

}  // namespace nat
