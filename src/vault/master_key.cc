#include "vault/master_key.h"

#include <fcntl.h>
#include <sodium.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <optional>
#include <string_view>

#include "base/files.h"
#include "base/secret.h"
#include "vault/keyed_hash.h"

namespace nat {
namespace {

namespace fs = std::filesystem;

constexpr std::size_t kKeyFileBytesMax = 4096;
constexpr std::string_view kKeyFileHead =
    "# The master key of this NotATherapist. Keep a copy in a safe place, apart from the backups "
    "of\n"
    "# the database. Without it nobody can read what is stored, not even whoever runs this.\n";
static_assert(kKeyBytes == crypto_kdf_KEYBYTES);

// A mounted secret often belongs to root and is readable by a group that the program is in; the
// program cannot change that. A file of its own it can keep to itself.
bool IsTooOpen(const struct stat& status) {
  const mode_t forbidden = status.st_uid == geteuid() ? 077 : 027;
  return (status.st_mode & forbidden) != 0;
}

// What the file at `descriptor` holds, if it is a small file that is closed enough.
Result<Secret> ReadPrivateFile(const fs::path& path, int descriptor) {
  struct stat status {};
  if (fstat(descriptor, &status) != 0) return FileError("cannot read", path, errno);
  if (!S_ISREG(status.st_mode) || static_cast<std::size_t>(status.st_size) > kKeyFileBytesMax) {
    return Error(ErrorCode::kInvalidInput,
                 path.string() + " is not a key file: it should be a small text file");
  }
  if (IsTooOpen(status)) {
    return Error(ErrorCode::kForbidden, "others than this program can read the key file " +
                                            path.string() + "; close it with: chmod 600 " +
                                            path.string());
  }
  std::array<char, kKeyFileBytesMax> bytes{};
  const auto size = read(descriptor, bytes.data(), bytes.size());
  if (size < 0) return FileError("cannot read", path, errno);
  Secret text(std::string(bytes.data(), static_cast<std::size_t>(size)));
  Wipe(bytes.data(), bytes.size());
  return text;
}

// The key among comment lines and blank ones; nothing unless there is exactly one.
std::optional<MasterKey> ParseKeyFile(std::string_view text) {
  std::optional<MasterKey> found;
  while (!text.empty()) {
    auto line = text.substr(0, text.find('\n'));
    text.remove_prefix(std::min(text.size(), line.size() + 1));
    const auto end = line.find_last_not_of(" \t\r");
    if (end == std::string_view::npos || line.front() == '#') continue;
    line = line.substr(0, end + 1);
    std::array<unsigned char, kKeyBytes> bytes{};
    std::size_t size = 0;
    const int refused = sodium_hex2bin(bytes.data(), bytes.size(), line.data(), line.size(),
                                       nullptr, &size, nullptr);
    const auto key = MasterKey::Bytes::FromBytes(
        std::string_view(reinterpret_cast<const char*>(bytes.data()), size));
    Wipe(bytes.data(), bytes.size());
    if (refused != 0 || !key || found) return std::nullopt;
    found.emplace(*key);
  }
  return found;
}

Result<MasterKey> ReadKeyFile(const fs::path& path, int descriptor) {
  auto text = ReadPrivateFile(path, descriptor);
  if (!text) return text.error();
  auto key = ParseKeyFile(text->Reveal());
  if (!key) {
    return Error(ErrorCode::kInvalidInput,
                 path.string() +
                     " does not hold a master key: one line of 64 hexadecimal digits, "
                     "beside lines that begin with #. Restore it from your copy.");
  }
  return *key;
}

Result<MasterKey> MakeKeyFile(const fs::path& path) {
  const auto folder = MakePrivateFolder(fs::absolute(path).parent_path());
  if (!folder) return folder.error();
  const auto bytes = MasterKey::Bytes::Make();
  std::array<char, kKeyBytes * 2 + 1> hex{};
  sodium_bin2hex(hex.data(), hex.size(), bytes.Reveal(), kKeyBytes);
  std::string text(kKeyFileHead);
  text.reserve(text.size() + hex.size() +
               1);  // so that no copy of the key is left behind by growing
  text.append(hex.data()).append("\n");
  Wipe(hex.data(), hex.size());
  const Secret whole(std::move(text));
  const auto written = WriteNewFile(path, whole.Reveal());
  if (!written) return written.error();
  return MasterKey(bytes);
}

}  // namespace

PurposeKey MasterKey::Derive(KeyPurpose purpose) const {
  constexpr std::array<char, crypto_kdf_CONTEXTBYTES> kContext = {'N', 'A', 'T', 'v',
                                                                  'a', 'u', 'l', 't'};
  std::array<unsigned char, kKeyBytes> bytes{};
  crypto_kdf_derive_from_key(bytes.data(), bytes.size(), static_cast<std::uint64_t>(purpose),
                             kContext.data(), bytes_.Reveal());
  const auto key = PurposeKey::FromBytes(
      std::string_view(reinterpret_cast<const char*>(bytes.data()), bytes.size()));
  Wipe(bytes.data(), bytes.size());
  return *key;
}

std::string MasterKey::Fingerprint() const {
  return KeyedHash(Derive(KeyPurpose::kFingerprint), "");
}

Result<MasterKey> LoadOrCreateMasterKey(const fs::path& path, StoredTexts texts) {
  if (sodium_init() < 0) {
    return Error(ErrorCode::kUnavailable, "the system gives no random numbers, so no key is safe");
  }
  const int descriptor = open(path.c_str(), O_RDONLY | O_CLOEXEC);
  if (descriptor >= 0) {
    auto key = ReadKeyFile(path, descriptor);
    close(descriptor);
    return key;
  }
  if (errno != ENOENT) return FileError("cannot open the key file", path, errno);
  if (texts == StoredTexts::kPresent) {
    return Error(ErrorCode::kNotFound,
                 "the key file " + path.string() +
                     " is not there, and without it the stored texts cannot be read. Nothing was "
                     "changed. Put it back from your copy, or set NAT_MASTER_KEY_FILE to where "
                     "it is.");
  }
  return MakeKeyFile(path);
}

}  // namespace nat
