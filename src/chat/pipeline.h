// The input and the output processor: the stages in their order, and how their verdicts combine.
//
//   Stages stages = MakeInputStages();
//   auto verdict = co_await RunStages(stages, std::move(input));
//   if (!verdict) ...   // a stage could not judge: the text is stopped
#pragma once

#include <memory>
#include <vector>

#include "base/async.h"
#include "base/error.h"
#include "chat/stage.h"

namespace nat {

using Stages = std::vector<std::unique_ptr<Stage>>;

Stages MakeInputStages();
Stages MakeOutputStages();

// Asks the stages in order. A replaced text is what the next stage sees; a stop ends the round. The
// answer is kPass when nobody changed the text, kReplace with the last text when somebody did, and
// the stage's own verdict at a stop; `reason` is that of the last stage that did not pass. When a
// stage fails, its error is the answer and the text must not go on. `stages` outlives the task.
Task<Result<Verdict>> RunStages(const Stages& stages, StageInput input);

}  // namespace nat
