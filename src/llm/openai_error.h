// What an upstream says when something is wrong, as our errors: OpenAI's shapes, those of servers
// that speak its API, and Anthropic's. Pure.
#pragma once

#include <string_view>

#include "base/clock.h"
#include "base/error.h"
#include "net/http.h"

namespace nat {

// The error that an answer with a status other than 200 stands for: kRateLimited (429),
// kUnavailable (503, 529, and what Cloudflare says of a server that is down: 521 to 524, 530),
// kTimeout (408, 504), kUpstream (other 5xx, 409, 425), which may pass; kContextTooLong (413, and
// where the body says so) and kInvalidInput (400, 422), which will not for this request; and
// kUpstreamRefused (every other: key, bill, model, address), which will not for any. `retry_after`
// is what the headers ask for (llm/openai_retry_after.h) where waiting may help.
//
// Of the body only one word of the server's own vocabulary gets into the message, such as
// "rate_limit_exceeded": the rest may repeat what a person wrote.
Error ErrorOfStatus(int status, const Headers& headers, std::string_view body, Time now);

// The error that an event or an answer with status 200 reports in place of a reply; kUpstream where
// it gives no reason.
Error ErrorOfReport(std::string_view json);

}  // namespace nat
