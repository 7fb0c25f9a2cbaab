// A reply as server-sent events: pulls a ReplyReader, sends what has arrived in one piece, and a
// comment when it has been quiet.
#pragma once

#include <memory>

#include "chat/reply_reader.h"
#include "net/http.h"

namespace nat {

class EventBody final : public BodyStream {
 public:
  explicit EventBody(std::unique_ptr<ReplyReader> reader) : reader_(std::move(reader)) {}

  Task<Result<std::optional<std::string>>> Next() override;

 private:
  std::unique_ptr<ReplyReader> reader_;
  bool is_at_end_ = false;
};

Response EventResponse(std::unique_ptr<ReplyReader> reader);

}  // namespace nat
