// The one key of an installation. It lives in a file of its own beside the database, so that a copy
// of the database alone opens nothing. What the program needs at work is derived from it, one key
// per purpose.
//
//   auto master = LoadOrCreateMasterKey(path, StoredTexts::kNone);
//   if (!master) return master.error();   // the message says what the operator should do
//   auto cookie_key = master->Derive(KeyPurpose::kCookies);
#pragma once

#include <cstdint>
#include <filesystem>
#include <string>

#include "base/error.h"
#include "vault/key.h"

namespace nat {

// The numbers are part of what is stored: never change or reuse one.
enum class KeyPurpose : std::uint64_t {
  kWrapPersonKeys = 1,
  kCookies = 2,
  kLogHashes = 3,
  kAddressHashes = 4,
  kFingerprint = 5,
  kMessageDigests = 6,
  kIdempotency = 7,
};

using PurposeKey = Key<struct PurposeKeyTag>;

class MasterKey {
 public:
  using Bytes = Key<struct MasterKeyTag>;

  explicit MasterKey(Bytes bytes) : bytes_(bytes) {}

  PurposeKey Derive(KeyPurpose purpose) const;

  // Says which key this is without saying anything about it. Stored in the database at the first
  // start and compared at every later one, it keeps a wrong key file from sealing new texts that
  // the right one cannot open.
  std::string Fingerprint() const;

 private:
  Bytes bytes_;
};

// Whether texts exist that only an existing key can open.
enum class StoredTexts { kNone, kPresent };

// Reads the key file, or makes it (mode 0600, whole or not at all, on the disk before this returns)
// when there is neither a file nor a stored text. Call it before anything else of the vault and
// before threads start: it also starts libsodium. Errors, each saying what to do: kNotFound: texts
// are stored and the file is not there; nothing was changed. kForbidden: others than this program
// can read it. kInvalidInput: it does not hold a key. kUnavailable: input or output failed.
Result<MasterKey> LoadOrCreateMasterKey(const std::filesystem::path& path, StoredTexts texts);

}  // namespace nat
