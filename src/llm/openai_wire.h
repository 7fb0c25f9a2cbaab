// OpenAI's chat completions as structs, both ways. Pure: no network, no time. OpenaiProvider moves
// the bytes.
#pragma once

#include <cstddef>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "base/error.h"
#include "base/json.h"
#include "llm/provider.h"

namespace nat {

// What a request says besides the conversation.
struct WireOptions {
  std::string model;
  bool is_streaming = true;
  double temperature = 0.7;  // where the request has none
  std::optional<std::string> reasoning_effort;
  json::object extra_body;  // replaces fields of the request; a null removes one
};

// The body of POST /chat/completions.
std::string WriteChatRequest(const ChatRequest& request, const WireOptions& options);

// Why a reply ended: the model was done, or ran into max_tokens, or a filter of the upstream cut it
// off, or something that was not asked for, such as a tool call.
enum class FinishReason { kStop, kLength, kContentFilter, kOther };

// One event of a stream, or a whole answer: what of it matters here.
struct WireChunk {
  std::string text;                    // visible; may be empty
  std::size_t hidden_bytes = 0;        // reasoning that was in it and is dropped
  std::optional<FinishReason> finish;  // set in the chunk that ends the reply
};

// Reads events and answers. Keeps its buffers between calls: one for each stream.
class WireReader {
 public:
  WireReader();
  ~WireReader();
  WireReader(const WireReader&) = delete;
  WireReader& operator=(const WireReader&) = delete;

  // Tolerates what servers get wrong inside strings (llm/json_repair.h). An error that the server
  // reports in place of a reply is answered as the error it stands for; what is no chunk and no
  // answer is kUpstream.
  Result<WireChunk> Read(std::string_view json);

 private:
  struct Buffers;

  std::unique_ptr<Buffers> buffers_;
};

}  // namespace nat
