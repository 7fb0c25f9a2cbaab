#include "api/handlers.h"

namespace nat {

// The page finds out by itself which conversation its address names.
Task<Result<Response>> GetApp(ApiParts& parts, Exchange& exchange) {
  auto page = parts.files.Page("index", exchange.request);
  if (!page) co_return Error(ErrorCode::kNotFound, "the web front end is not installed");
  co_return std::move(*page);
}

}  // namespace nat
