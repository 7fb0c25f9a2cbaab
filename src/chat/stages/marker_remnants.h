// The last look at a segment of a reply: no special token and no reasoning tag outside of code. The
// channel filter leaves none, so one that is there means that text is not what it was taken for,
// and it is stopped.
#pragma once

#include "chat/stage.h"

namespace nat {

class MarkerRemnants final : public Stage {
 public:
  std::string_view name() const override { return "marker_remnants"; }
  Task<Result<Verdict>> Judge(StageInput input) override;
};

}  // namespace nat
