// The commands that look after stored data. Each says what it did, or why not, and gives the exit
// code.
#pragma once

#include <filesystem>
#include <optional>

#include "app/config.h"

namespace nat {

// Brings the database up to date, as a start would, with a checked copy of it made before.
int RunMigrate(const Config& config);

// A checked copy of the database in a new file, also while the service runs. A folder gets a file
// named by the time; without `copy` it is backups/ in the data folder. The master key is not in it.
int RunBackup(const Config& config, std::optional<std::filesystem::path> copy);

}  // namespace nat
