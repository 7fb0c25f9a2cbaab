#include "chat/stages/marker_guard.h"

#include <utility>

#include "llm/marker_text.h"

namespace nat {

Task<Result<Verdict>> MarkerGuard::Judge(StageInput input) {
  auto defused = DefuseMarkers(input.text);
  Verdict verdict;
  if (defused != input.text) {
    verdict.kind = Verdict::Kind::kReplace;
    verdict.text = std::move(defused);
    verdict.reason = "marker";
  }
  co_return verdict;
}

}  // namespace nat
