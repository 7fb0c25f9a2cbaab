#include "app/maintenance.h"

#include <atomic>
#include <boost/asio/io_context.hpp>
#include <iostream>
#include <string>
#include <utility>

#include "base/clock.h"
#include "base/files.h"
#include "db/sqlite_backup.h"
#include "db/sqlite_database.h"

namespace nat {
namespace {

namespace fs = std::filesystem;

int Refuse(const std::string& what, const Error& error) {
  std::cerr << what << ": " << error.message << std::endl;
  return 1;
}

// "notatherapist-2025-09-03T12-00-00Z.db": no colons, which some file systems do not take.
std::string NameByTime() {
  auto time = FormatTime(SystemClock().Now());
  for (auto& character : time) {
    if (character == ':') character = '-';
  }
  return "notatherapist-" + time + ".db";
}

Result<fs::path> PlaceFor(std::optional<fs::path> copy, const Config& config) {
  std::error_code ignored;
  if (copy && !fs::is_directory(*copy, ignored)) return std::move(*copy);
  const auto folder = copy ? std::move(*copy) : config.data_directory / "backups";
  auto made = MakePrivateFolder(folder);
  if (!made) return made.error();
  return folder / NameByTime();
}

// How many messages a copy holds, read from the copy itself.
Result<std::int64_t> CountMessages(const fs::path& copy) {
  auto opened = SqliteConnection::Open(copy, SqliteConnection::Access::kReadOnly);
  if (!opened) return opened.error();
  auto count = (*opened)->RunReadOnly({"SELECT count(*) FROM messages", {}});
  if (!count) return count.error();
  return count->front().Integer(0);
}

Result<fs::path> MakeBackup(const Config& config, std::optional<fs::path> copy) {
  const auto path = config.database_path();
  if (!fs::exists(path)) {
    return Error(ErrorCode::kNotFound, "there is no database at " + path.string());
  }
  auto source = SqliteConnection::Open(path, SqliteConnection::Access::kReadOnly);
  if (!source) return source.error();
  auto place = PlaceFor(std::move(copy), config);
  if (!place) return place.error();
  const std::atomic<bool> is_stopped = false;
  auto made = BackUp(**source, *place, is_stopped);
  if (!made) return made.error();
  return place;
}

}  // namespace

int RunMigrate(const Config& config) {
  asio::io_context loop;
  SqliteOptions options;
  options.path = config.database_path();
  auto database = SqliteDatabase::Open(loop.get_executor(), std::move(options));
  if (!database) return Refuse("The database cannot be migrated", database.error());
  std::cout << "The database " << config.database_path().string() << " is up to date.\n";
  const auto& backup = (*database)->migration_backup();
  if (!backup.empty()) std::cout << "What it was before is kept in " << backup.string() << "\n";
  return 0;
}

int RunBackup(const Config& config, std::optional<fs::path> copy) {
  auto made = MakeBackup(config, std::move(copy));
  if (!made) return Refuse("No backup was made", made.error());
  auto messages = CountMessages(*made);
  if (!messages) return Refuse("The backup " + made->string() + " is not whole", messages.error());
  std::cout << "The backup is " << made->string() << ": " << *messages
            << " messages, opened and checked through.\n"
            << "Only the master key opens it (" << config.master_key_path().string()
            << "). Keep a copy of that elsewhere, not beside this one.\n";
  return 0;
}

}  // namespace nat
