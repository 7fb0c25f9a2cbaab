// Files that must be private and must not be lost: folders with mode 0700, files with mode 0600,
// written whole and flushed to the disk. All of it blocks; it is for starting up and for the
// database's threads.
#pragma once

#include <filesystem>
#include <string>
#include <string_view>

#include "base/error.h"

namespace nat {

// kUnavailable: "<what> <path>: <the system's reason for errno>".
Error FileError(std::string_view what, const std::filesystem::path& path, int error_number);

// Makes the folder, and those above it, where they are not there. One that is there stays as it is.
Status MakePrivateFolder(const std::filesystem::path& folder);

// The whole file. kUnavailable where it cannot be read.
Result<std::string> ReadFile(const std::filesystem::path& path);

// A new file that holds `bytes`. It stands under its name whole and on the disk, or not at all.
// kConflict where there is a file of this name; it stays as it is.
Status WriteNewFile(const std::filesystem::path& path, std::string_view bytes);

// Gives the file `draft` the name `path`, as WriteNewFile does after writing; the draft is gone in
// either case. Both stand in one folder.
Status PublishFile(const std::filesystem::path& draft, const std::filesystem::path& path);

// Puts a file, or the names in a folder, on the disk.
Status SyncToDisk(const std::filesystem::path& path);

}  // namespace nat
