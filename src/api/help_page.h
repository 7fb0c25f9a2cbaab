// What the page of help (web/help.html) says of help lines, made from the same list that
// GET /api/help answers from, so that no number stands in two places.
#pragma once

#include "net/static_files.h"
#include "safety/help_lines.h"

namespace nat {

// {{help-international}}: the directory of all countries. {{help-countries}}: each country, closed;
// its native element opens it without a script.
StaticFiles::Marks HelpPageMarks(const HelpLines& help_lines);

}  // namespace nat
