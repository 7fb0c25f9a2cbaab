#include "base/error.h"

#include <array>
#include <cstdio>

namespace nat {
namespace {

using enum ErrorCode;

constexpr auto kTraits = std::to_array<ErrorTraits>({
    {kMalformedRequest, "malformed_request", 400, false, "Not a valid request",
     "The request could not be read. Nothing was changed."},
    {kInvalidJson, "invalid_json", 400, false, "Not valid JSON",
     "The request could not be read. Nothing was changed."},
    {kInvalidInput, "invalid_input", 422, false, "Something in the request is not right",
     "The request was understood, and something in it cannot be used. Nothing was changed."},
    {kUnauthenticated, "unauthenticated", 401, false, "Not recognised",
     "This browser is not recognised any more. Reload the page to go on."},
    {kForbidden, "forbidden", 403, false, "Not allowed from here",
     "This request is not allowed from where it came. Nothing was changed."},
    {kNotFound, "not_found", 404, false, "Not found",
     "There is nothing here under this address. It may have been deleted, or belong to another "
     "browser."},
    {kMethodNotAllowed, "method_not_allowed", 405, false, "Not possible here",
     "This address does not take this kind of request."},
    {kConflict, "conflict", 409, false, "Does not fit what is stored",
     "This does not fit what was stored before. Nothing was changed; reload the page and try "
     "again."},
    {kTurnRunning, "turn_running", 409, true, "A reply is still being written",
     "A reply is still being written in this conversation. Nothing was sent; send it again when "
     "the reply is there, or stop the reply first."},
    {kTooLarge, "too_large", 413, false, "Too large",
     "This is more than can be taken at once. Send it in smaller parts."},
    {kUnsupportedMedia, "unsupported_media_type", 415, false, "Not JSON",
     "Send this as application/json."},
    {kUpgradeRequired, "upgrade_required", 426, false, "A WebSocket is needed here",
     "This address is for WebSocket connections."},
    {kHeadersTooLarge, "headers_too_large", 431, false, "Headers too large",
     "The request carries more headers than can be read."},
    {kRateLimited, "rate_limited", 429, true, "A little fast",
     "That was a lot in a short time. Nothing was sent; wait a moment and send it again."},
    {kCancelled, "cancelled", 409, false, "Stopped",
     "This was stopped. What was said so far is kept."},
    {kTimeout, "timeout", 504, true, "It took too long",
     "The answer took too long. Your message is kept; you can try again."},
    {kConnectTimeout, "connect_timeout", 504, true, "The model could not be reached",
     "The language model could not be reached in time. Your message is kept; you can try again."},
    {kFirstTokenTimeout, "first_token_timeout", 504, true, "The model did not begin in time",
     "The language model did not begin to answer in time. Your message is kept; you can try "
     "again."},
    {kTokenTimeout, "token_timeout", 504, true, "The model stopped in the middle",
     "The language model stopped in the middle of its answer. What was said so far is kept; you "
     "can "
     "try again."},
    {kUpstream, "upstream", 502, true, "No answer from the model",
     "The language model did not answer. Your message is kept; you can try again."},
    {kUpstreamRefused, "upstream_refused", 502, false, "The model cannot be used",
     "The language model does not take our requests just now. Your message is kept."},
    {kEmptyReply, "empty_reply", 502, true, "The model said nothing",
     "The language model answered without a word. Your message is kept; you can try again."},
    {kContextTooLong, "context_too_long", 502, false, "Too long for the model",
     "The conversation has grown longer than the language model can read. Your message is kept."},
    {kContentRefused, "content_refused", 502, false, "The model will not answer this",
     "The language model does not take up what was said here. Your message is kept."},
    {kUnavailable, "unavailable", 503, true, "Not available just now",
     "This does not work just now. What was sent before is kept; try again in a moment."},
    {kInternal, "internal", 500, false, "A fault on our side",
     "Something failed on our side. What was sent before is kept; please try again."},
    {kNotImplemented, "not_implemented", 501, false, "Not supported",
     "The request uses something that this server does not support."},
});

}  // namespace

const ErrorTraits& TraitsOf(ErrorCode code) {
  for (const auto& traits : kTraits) {
    if (traits.code == code) return traits;
  }
  return kTraits.back();
}

ErrorCode ErrorCodeFromWord(std::string_view word) {
  for (const auto& traits : kTraits) {
    if (traits.word == word) return traits.code;
  }
  return kInternal;
}

void CheckFailed(const char* condition, const char* file, int line) {
  std::fprintf(stderr, "%s:%d: must be true and is not: %s\n", file, line, condition);
  std::abort();
}

}  // namespace nat
