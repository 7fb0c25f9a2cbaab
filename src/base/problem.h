// Errors as people and programs see them: the fields of application/problem+json (RFC 9457).
#pragma once

#include "base/error.h"
#include "base/json.h"

namespace nat {

// {type, title, status, detail, code}. The detail is the error's public sentence; its message stays
// in the log.
json::object ToProblem(const Error& error);

}  // namespace nat
