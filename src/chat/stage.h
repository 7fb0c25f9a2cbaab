// One check or change of text, on its way to the model (input) or to the person (output). The lists
// of stages and their order are in pipeline.h; the stages are in stages/.
#pragma once

#include <string>
#include <string_view>

#include "base/async.h"
#include "base/error.h"

namespace nat {

enum class Direction { kInput, kOutput };

// What a stage may know. A value of its own, so that nothing in it ends while a stage waits.
struct StageInput {
  std::string text;  // valid UTF-8: a whole message (input) or one segment of a reply (output)
  Direction direction = Direction::kInput;
};

struct Verdict {
  enum class Kind {
    kPass,     // the text may go on as it is
    kReplace,  // `text` goes on in its place
    kStop,     // nothing goes on; `text` is reviewed text for the person, and may be empty
  };
  Kind kind = Kind::kPass;
  std::string text;  // where kind is not kPass
  std::string
      reason;  // one word for metrics, from the stage's own source; never anything a person wrote
};

// A stage holds no state of one conversation, so one object serves all of them. An Error says that
// the stage could not judge; whoever asked must then treat the text as stopped (STYLE 37).
class Stage {
 public:
  virtual ~Stage() = default;
  // A word for metrics and logs.
  virtual std::string_view name() const = 0;
  virtual Task<Result<Verdict>> Judge(StageInput input) = 0;
};

}  // namespace nat
