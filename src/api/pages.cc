#include "api/handlers.h"

namespace nat {

// The page finds out by itself which conversation its address names. It is the same for everyone,
// but its answer may bring a cookie, which must not reach someone else out of a shared cache.
Task<Result<Response>> GetApp(ApiParts& parts, Exchange& exchange) {
  auto page = parts.files.Page("index", exchange.request);
  if (!page) co_return Error(ErrorCode::kNotFound, "the web front end is not installed");
  page->headers.Set("Cache-Control", "private, no-cache");
  co_return std::move(*page);
}

}  // namespace nat
