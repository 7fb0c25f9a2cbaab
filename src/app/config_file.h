// notatherapist.toml: reading it into a Config, and writing one out.
#pragma once

#include "app/config.h"

namespace nat {

// Sets what the file sets. kInvalidInput with file, line and path of the key for what is not TOML,
// is unknown, or has another type than it should.
Status ReadConfigFile(const std::filesystem::path& path, const Environment& environment,
                      Config& config);

}  // namespace nat
