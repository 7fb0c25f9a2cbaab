// OpenAI's chat completions as structs, both ways. Pure: no network, no time. OpenaiProvider moves
// the bytes.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.h"
#include "base/json.h"
#include "llm/provider.h"
#include "llm/reply_reader.h"

namespace nat {

class TolerantParser;

// What a request says besides the conversation.
struct WireOptions {
  std::string model;
  bool is_streaming = true;
  double temperature = 0.7;  // where the request has none
  // "max_completion_tokens" for the newer models of OpenAI, which refuse the old name.
  std::string token_limit_field = "max_tokens";
  std::optional<std::string> reasoning_effort;
  std::vector<std::string> omitted_fields;  // that this server refuses, such as "temperature"
  // Replaces and adds fields of the request, objects field by field; a null removes one.
  json::object extra_body;
};

// The body of POST /chat/completions.
std::string WriteChatRequest(const ChatRequest& request, const WireOptions& options);

// Reads events and answers. Keeps its buffers between calls: one for each stream.
class WireReader final : public ReplyReader {
 public:
  WireReader();
  ~WireReader() override;
  WireReader(const WireReader&) = delete;
  WireReader& operator=(const WireReader&) = delete;

  // Tolerates what servers get wrong inside strings (llm/json_repair.h).
  Result<WireChunk> Read(std::string_view json) override;

 private:
  std::unique_ptr<TolerantParser> parser_;
};

}  // namespace nat
