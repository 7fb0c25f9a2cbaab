// Where the read-only files of the program are: web/ and data/.
#pragma once

#include <filesystem>
#include <vector>

#include "base/error.h"
#include "safety/help_lines.h"

namespace nat {

struct ShareDirectory {
  std::vector<std::filesystem::path> web;  // in the order of StaticFiles::Load
  std::filesystem::path companion;         // the companion's script
  std::filesystem::path persona;           // what a model is told about itself
  std::filesystem::path help_lines;        // whom people can call, by country
};

// `configured` (NAT_SHARE_DIR) where it is not empty; else share/notatherapist of the installation
// the program stands in, or the source tree above its build folder. kUnavailable says where it
// looked.
Result<ShareDirectory> FindShareDirectory(const std::filesystem::path& configured);

// The persona's text, without the comment at its head.
Result<std::string> LoadPersona(const std::filesystem::path& file);

Result<HelpLines> LoadHelpLines(const std::filesystem::path& file);

}  // namespace nat
