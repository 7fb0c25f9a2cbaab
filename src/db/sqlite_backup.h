// A copy of a database, as it is at one moment, made while it is read and written.
#pragma once

#include <atomic>
#include <filesystem>
#include <string>

#include "base/error.h"
#include "db/sqlite_connection.h"

namespace nat {

// Copies what `source` sees into the new file `copy` (mode 0600), without what was deleted. The
// copy is opened and checked through, and is on the disk, before it stands under its name. Blocks,
// for as long as it takes to write and read it all; ends soon with kUnavailable once `is_stopped`
// is set. kConflict where there is a file of this name.
Status BackUp(SqliteConnection& source, const std::filesystem::path& copy,
              const std::atomic<bool>& is_stopped);

// A copy beside the database, before `migration` changes it: <database>.before-<migration>, with a
// number behind it where there is one of that name. Gives its name. Errors as above.
Result<std::filesystem::path> BackUpBefore(const std::string& migration, SqliteConnection& source,
                                           const std::filesystem::path& database);

}  // namespace nat
