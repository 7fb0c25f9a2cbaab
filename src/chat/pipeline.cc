#include "chat/pipeline.h"

#include <string>
#include <utility>

#include "chat/stages/marker_guard.h"
#include "chat/stages/marker_remnants.h"
#include "chat/stages/text_hygiene.h"

namespace nat {

// The order is code (STYLE 38): each line says why it stands where it does.
Stages MakeInputStages() {
  Stages stages;
  // First, so that every later stage reads whole, visible, bounded text in one form.
  stages.push_back(std::make_unique<TextHygiene>());
  // Last, as it changes what only the model sees: stages before it judge the person's own words.
  stages.push_back(std::make_unique<MarkerGuard>());
  return stages;
}

Stages MakeOutputStages() {
  Stages stages;
  // First: a segment that holds a marker may be reasoning, and nothing else about it matters.
  stages.push_back(std::make_unique<MarkerRemnants>());
  return stages;
}

Task<Result<Verdict>> RunStages(const Stages& stages, StageInput input) {
  Verdict outcome;
  for (const auto& stage : stages) {
    auto judged = co_await stage->Judge(input);
    if (!judged) {
      Error error = judged.error();
      error.message = std::string(stage->name()) + ": " + error.message;
      co_return error;
    }
    if (judged->kind == Verdict::Kind::kPass) continue;
    outcome = std::move(*judged);
    if (outcome.kind == Verdict::Kind::kStop) break;
    input.text = outcome.text;
  }
  co_return outcome;
}

}  // namespace nat
