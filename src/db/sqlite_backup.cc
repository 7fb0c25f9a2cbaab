#include "db/sqlite_backup.h"

#include <memory>
#include <string>
#include <utility>

#include "base/files.h"
#include "base/id.h"

namespace nat {
namespace {

Status CheckThrough(const std::filesystem::path& copy, const std::atomic<bool>& is_stopped) {
  auto opened = SqliteConnection::Open(copy, SqliteConnection::Access::kReadOnly);
  if (!opened) return opened.error();
  (*opened)->StopWhen(is_stopped);
  auto verdict = (*opened)->RunReadOnly({"PRAGMA integrity_check(1)", {}});
  if (!verdict) return verdict.error();
  const bool is_whole = verdict->size() == 1 && verdict->front().Text(0) == "ok";
  if (is_whole) return Ok();
  return Error(ErrorCode::kInternal,
               "the backup is damaged, and so may be the database: keep a copy of its file, and "
               "restore an older backup");
}

Status MakeDraft(SqliteConnection& source, const std::filesystem::path& draft,
                 const std::atomic<bool>& is_stopped) {
  // SQLite writes into an empty file that is there; made here, it is closed to others from the
  // start.
  auto made = WriteNewFile(draft, "");
  if (!made) return made;
  source.StopWhen(is_stopped);
  // Unlike SQLite's page-by-page copy, this does not begin anew whenever something is written
  // meanwhile.
  auto copied = source.Run({"VACUUM INTO $1", {draft.string()}});
  if (!copied) return copied.error();
  auto checked = CheckThrough(draft, is_stopped);
  if (!checked) return checked;
  return SyncToDisk(draft);
}

}  // namespace

Status BackUp(SqliteConnection& source, const std::filesystem::path& copy,
              const std::atomic<bool>& is_stopped) {
  const auto whole = std::filesystem::absolute(copy);
  std::error_code ignored;
  if (std::filesystem::exists(whole, ignored)) {
    return Error(ErrorCode::kConflict, whole.string() + " is already there");
  }
  const std::filesystem::path draft = whole.string() + "." + MakeRandomIdText();
  auto made = MakeDraft(source, draft, is_stopped);
  if (made) return PublishFile(draft, whole);
  std::filesystem::remove(draft, ignored);
  return made;
}

Result<std::filesystem::path> BackUpBefore(const std::string& migration, SqliteConnection& source,
                                           const std::filesystem::path& database) {
  const auto name = database.string() + ".before-" + migration;
  std::filesystem::path copy = name;
  std::error_code ignored;
  for (int number = 2; std::filesystem::exists(copy, ignored); ++number) {
    copy = name + "." + std::to_string(number);
  }
  const std::atomic<bool> is_stopped = false;
  auto made = BackUp(source, copy, is_stopped);
  if (!made) {
    return Error(made.error().code, "the backup before migrating failed, so nothing was changed: " +
                                        made.error().message);
  }
  return copy;
}

}  // namespace nat
