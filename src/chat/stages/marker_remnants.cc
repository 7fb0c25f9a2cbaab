#include "chat/stages/marker_remnants.h"

#include "llm/marker_text.h"

namespace nat {

Task<Result<Verdict>> MarkerRemnants::Judge(StageInput input) {
  Verdict verdict;
  if (HasMarkerInProse(input.text)) {
    verdict.kind = Verdict::Kind::kStop;
    verdict.reason = "marker";
  }
  co_return verdict;
}

}  // namespace nat
