// What an upstream that speaks OpenAI's API says when something is wrong, as our errors. Pure.
#pragma once

#include <string_view>

#include "base/error.h"
#include "net/http.h"

namespace nat {

// The error that an answer with a status other than 200 stands for: kRateLimited (429),
// kUnavailable (503, 529), kTimeout (408, 504), kUpstream (other 5xx, 409, 425), which may pass;
// kInvalidInput (400, 413, 422), which will not for this request; and kUpstreamRefused (every
// other: key, bill, model, address), which will not for any. `retry_after` is the header of that
// name where it is in seconds.
//
// Of the body only one word of the server's own vocabulary gets into the message, such as
// "rate_limit_exceeded": the rest may repeat what a person wrote.
Error ErrorOfStatus(int status, const Headers& headers, std::string_view body);

// The error that an event or an answer with status 200 reports in place of a reply; kUpstream where
// it gives no reason.
Error ErrorOfReport(std::string_view json);

}  // namespace nat
