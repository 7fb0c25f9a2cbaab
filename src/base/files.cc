#include "base/files.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <fstream>
#include <iterator>
#include <system_error>

#include "base/id.h"

namespace nat {
namespace {

namespace fs = std::filesystem;

class Descriptor {
 public:
  Descriptor(const fs::path& path, int flags) : number_(open(path.c_str(), flags, 0600)) {}
  ~Descriptor() {
    if (number_ >= 0) close(number_);
  }
  Descriptor(const Descriptor&) = delete;
  Descriptor& operator=(const Descriptor&) = delete;

  bool is_open() const { return number_ >= 0; }
  int number() const { return number_; }

 private:
  int number_;
};

Status WriteWhole(const fs::path& path, std::string_view bytes) {
  const Descriptor file(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC);
  if (!file.is_open()) return FileError("cannot make", path, errno);
  while (!bytes.empty()) {
    const auto written = write(file.number(), bytes.data(), bytes.size());
    if (written < 0 && errno == EINTR) continue;
    if (written < 0) return FileError("cannot write", path, errno);
    bytes.remove_prefix(static_cast<std::size_t>(written));
  }
  if (fsync(file.number()) != 0) return FileError("cannot flush to the disk:", path, errno);
  return Ok();
}

}  // namespace

Error FileError(std::string_view what, const fs::path& path, int error_number) {
  std::string message(what);
  message += " " + path.string() + ": " + std::generic_category().message(error_number);
  return Error(ErrorCode::kUnavailable, std::move(message));
}

Status MakePrivateFolder(const fs::path& folder) {
  const auto whole = fs::absolute(folder).lexically_normal();
  fs::path so_far;
  int reason = ENOTDIR;
  for (const auto& part : whole) {
    so_far /= part;
    // What fails above (a read-only disk, a closed folder) may still lead to the folder that
    // counts.
    if (mkdir(so_far.c_str(), 0700) != 0 && errno != EEXIST) reason = errno;
  }
  std::error_code ignored;
  if (!fs::is_directory(whole, ignored)) return FileError("cannot make the folder", whole, reason);
  return Ok();
}

Result<std::string> ReadFile(const std::filesystem::path& path) {
  std::ifstream file(path, std::ios::binary);
  if (!file) return FileError("cannot open", path, errno);
  std::string bytes(std::istreambuf_iterator<char>(file), {});
  if (file.bad()) return FileError("cannot read", path, errno);
  return bytes;
}

Status WriteNewFile(const fs::path& path, std::string_view bytes) {
  const fs::path draft = path.string() + "." + MakeRandomIdText();
  const auto written = WriteWhole(draft, bytes);
  if (written) return PublishFile(draft, path);
  unlink(draft.c_str());
  return written;
}

Status PublishFile(const fs::path& draft, const fs::path& path) {
  // link() gives a name only where it is free, which rename() does not.
  const int refused = link(draft.c_str(), path.c_str()) == 0 ? 0 : errno;
  unlink(draft.c_str());
  if (refused == EEXIST) return Error(ErrorCode::kConflict, path.string() + " is already there");
  if (refused != 0) return FileError("cannot make", path, refused);
  return SyncToDisk(fs::absolute(path).parent_path());
}

Status SyncToDisk(const fs::path& path) {
  const Descriptor file(path, O_RDONLY | O_CLOEXEC);
  if (!file.is_open()) return FileError("cannot open", path, errno);
  if (fsync(file.number()) != 0) return FileError("cannot flush to the disk:", path, errno);
  return Ok();
}

}  // namespace nat
