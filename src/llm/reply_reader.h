// What reads one wire format: an event of a stream, or a whole answer, as its part of a reply.
// Implementations: WireReader (OpenAI) and AnthropicReader. ReplyBodyStream does the rest for all.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

#include "base/error.h"
#include "llm/provider.h"

namespace nat {

// Why a reply ended: the model was done, or ran into its token limit, or a filter of the upstream
// cut it off, or something that was not asked for, such as a tool call.
enum class FinishReason { kStop, kLength, kContentFilter, kOther };

// One event of a stream, or a whole answer: what of it matters here.
struct WireChunk {
  std::string text;                    // visible; may be empty
  std::size_t hidden_bytes = 0;        // reasoning that was in it and is dropped
  std::optional<FinishReason> finish;  // set in the chunk that ends the reply
  std::optional<Usage> usage;          // of the whole request, as far as it is known
};

class ReplyReader {
 public:
  virtual ~ReplyReader() = default;
  // An error that the server reports in place of a reply is answered as the error it stands for;
  // what belongs to no reply is kUpstream. One reader for each stream: it may remember.
  virtual Result<WireChunk> Read(std::string_view json) = 0;
};

}  // namespace nat
