// Fields of a request as they stand in the configuration: TOML to JSON and back. Pure.
#pragma once

#include <toml++/toml.h>

#include "base/json.h"

namespace nat {

// Dates and times become their text.
json::object JsonOf(const toml::table& table);
// null, which TOML does not know, is left out.
toml::table TomlOf(const json::object& object);

}  // namespace nat
