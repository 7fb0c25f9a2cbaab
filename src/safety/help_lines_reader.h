// Reads the entries of data/help_lines.json and refuses what could mislead someone in need. Part of
// HelpLines::Parse; the errors do not name the country yet.
#pragma once

#include "base/json.h"
#include "safety/help_lines.h"

namespace nat {

Result<HelpLine> ReadHelpLine(const json::object& object);
Result<HelpCountry> ReadHelpCountry(const json::object& object);

// `error` with `place` before its message ("France: "), as kInvalidInput.
Error Within(std::string_view place, const Error& error);

}  // namespace nat
