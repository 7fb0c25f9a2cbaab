// Keeps people's words from being read as structure: special tokens such as <|start|>system, and
// reasoning tags, become words for the model (llm/marker_text.h). What the person said stays stored
// as it was.
#pragma once

#include "chat/stage.h"

namespace nat {

class MarkerGuard final : public Stage {
 public:
  std::string_view name() const override { return "marker_guard"; }
  Task<Result<Verdict>> Judge(StageInput input) override;
};

}  // namespace nat
