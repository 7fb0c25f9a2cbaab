#include "base/problem.h"

namespace nat {

json::object ToProblem(const Error& error) {
  const auto& traits = TraitsOf(error.code);
  json::object problem;
  // No page describes the types yet, and RFC 9457 has a word for that.
  problem["type"] = "about:blank";
  problem["title"] = traits.title;
  problem["status"] = traits.http_status;
  problem["detail"] = error.public_detail.empty() ? traits.sentence : error.public_detail;
  problem["code"] = traits.word;
  return problem;
}

}  // namespace nat
