#include "vault/person_key.h"

#include <sodium.h>

#include <array>

namespace nat {
namespace {

// The first byte of whatever is sealed. A new format gets a new number, and old bytes stay
// readable.
constexpr char kFormat = 1;
constexpr std::size_t kNonceBytes = crypto_aead_xchacha20poly1305_ietf_NPUBBYTES;
constexpr std::size_t kTagBytes = crypto_aead_xchacha20poly1305_ietf_ABYTES;
static_assert(kKeyBytes == crypto_aead_xchacha20poly1305_ietf_KEYBYTES);

unsigned char* Unsigned(std::string& bytes) {
  return reinterpret_cast<unsigned char*>(bytes.data());
}

const unsigned char* Unsigned(std::string_view bytes) {
  return reinterpret_cast<const unsigned char*>(bytes.data());
}

// The format is bound too, so that it cannot be changed to make old bytes read in another way.
std::string AssociatedBytes(std::string_view context) {
  std::string associated(1, kFormat);
  associated.append(context);
  return associated;
}

std::string Encrypt(const std::uint8_t* key, std::string_view context, std::string_view plain) {
  const auto associated = AssociatedBytes(context);
  std::string sealed(1 + kNonceBytes + plain.size() + kTagBytes, kFormat);
  unsigned char* nonce = Unsigned(sealed) + 1;
  // 192 random bits: that two texts share a nonce does not happen, however many are sealed.
  randombytes_buf(nonce, kNonceBytes);
  crypto_aead_xchacha20poly1305_ietf_encrypt(nonce + kNonceBytes, nullptr, Unsigned(plain),
                                             plain.size(), Unsigned(std::string_view(associated)),
                                             associated.size(), nullptr, nonce, key);
  return sealed;
}

Result<std::string> Decrypt(const std::uint8_t* key, std::string_view context,
                            std::string_view sealed) {
  if (sealed.size() < 1 + kNonceBytes + kTagBytes) {
    return Error(ErrorCode::kInternal, "sealed bytes are cut short: restore them from a backup");
  }
  if (sealed.front() != kFormat) {
    return Error(ErrorCode::kInternal,
                 "sealed bytes have format " +
                     std::to_string(static_cast<unsigned char>(sealed.front())) +
                     ", and this program knows 1: was it a newer one that wrote them?");
  }
  const auto associated = AssociatedBytes(context);
  const unsigned char* nonce = Unsigned(sealed) + 1;
  const auto encrypted = sealed.substr(1 + kNonceBytes);
  std::string plain(encrypted.size() - kTagBytes, '\0');
  const int refused = crypto_aead_xchacha20poly1305_ietf_decrypt(
      Unsigned(plain), nullptr, nullptr, Unsigned(encrypted), encrypted.size(),
      Unsigned(std::string_view(associated)), associated.size(), nonce, key);
  if (refused != 0) {
    return Error(ErrorCode::kInternal,
                 "sealed bytes do not open: they were changed, stand in another row, or belong to "
                 "another key (is it the key file that they were written with?)");
  }
  return plain;
}

std::string PersonContext(const PersonId& person) {
  return "person_key:" + person.text();
}

}  // namespace

std::string WrapPersonKey(const MasterKey& master, const PersonId& person, const PersonKey& key) {
  const auto wrapping_key = master.Derive(KeyPurpose::kWrapPersonKeys);
  const std::string_view bytes(reinterpret_cast<const char*>(key.Reveal()), kKeyBytes);
  return Encrypt(wrapping_key.Reveal(), PersonContext(person), bytes);
}

Result<PersonKey> UnwrapPersonKey(const MasterKey& master, const PersonId& person,
                                  std::string_view wrapped) {
  const auto wrapping_key = master.Derive(KeyPurpose::kWrapPersonKeys);
  auto bytes = Decrypt(wrapping_key.Reveal(), PersonContext(person), wrapped);
  if (!bytes) return bytes.error();
  const auto key = PersonKey::FromBytes(*bytes);
  Wipe(bytes->data(), bytes->size());
  if (!key) return Error(ErrorCode::kInternal, "a wrapped key does not have the size of a key");
  return *key;
}

std::string Seal(const PersonKey& key, std::string_view context, std::string_view text) {
  std::string padded(text);
  padded.resize((text.size() / kSealedTextBucketBytes + 1) * kSealedTextBucketBytes);
  std::size_t padded_size = 0;
  const int refused = sodium_pad(&padded_size, Unsigned(padded), text.size(),
                                 kSealedTextBucketBytes, padded.size());
  NAT_CHECK(refused == 0 && padded_size == padded.size());
  auto sealed = Encrypt(key.Reveal(), context, padded);
  Wipe(padded.data(), padded.size());
  return sealed;
}

Result<std::string> Open(const PersonKey& key, std::string_view context, std::string_view sealed) {
  auto padded = Decrypt(key.Reveal(), context, sealed);
  if (!padded) return padded.error();
  std::size_t size = 0;
  if (sodium_unpad(&size, Unsigned(*padded), padded->size(), kSealedTextBucketBytes) != 0) {
    return Error(ErrorCode::kInternal, "a sealed text is not padded as this program pads");
  }
  padded->resize(size);
  return padded;
}

}  // namespace nat
