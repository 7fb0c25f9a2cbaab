// The shapes of answers: JSON, problem+json, and the headers that every answer carries.
#pragma once

#include "base/error.h"
#include "base/json.h"
#include "net/http.h"

namespace nat {

Response JsonResponse(int status, const json::object& body);
// application/problem+json (RFC 9457); Retry-After where the error is one of waiting.
Response ProblemResponse(const Error& error);
Response EmptyResponse(int status);

// Content-Security-Policy and its kin: nothing foreign is ever loaded, framed or told.
void AddSecurityHeaders(Response& response);

}  // namespace nat
