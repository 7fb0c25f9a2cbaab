// A reply as server-sent events: pulls a ReplyReader, sends what has arrived in one piece, and a
// comment when it has been quiet.
#pragma once

#include <memory>

#include "base/metrics.h"
#include "chat/reply_reader.h"
#include "net/http.h"

namespace nat {

class EventBody final : public BodyStream {
 public:
  EventBody(Metrics& metrics, std::unique_ptr<ReplyReader> reader);
  ~EventBody() override;

  Task<Result<std::optional<std::string>>> Next() override;

 private:
  Metrics& metrics_;
  std::unique_ptr<ReplyReader> reader_;
  bool is_at_end_ = false;
};

Response EventResponse(Metrics& metrics, std::unique_ptr<ReplyReader> reader);

}  // namespace nat
