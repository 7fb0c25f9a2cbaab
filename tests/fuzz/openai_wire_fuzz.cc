// Events and answers of any bytes from a model server, in every wire format, and what is made of
// its errors.
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

#include "base/utf8.h"
#include "llm/anthropic_wire.h"
#include "llm/json_repair.h"
#include "llm/moderation.h"
#include "llm/openai_error.h"
#include "llm/openai_wire.h"
#include "llm/policy_question.h"

namespace {

void Check(bool is_true) {
  if (!is_true) std::abort();
}

void CheckReader(nat::ReplyReader& reader, std::string_view content, std::size_t bytes_max,
                 std::string_view next_event) {
  const auto chunk = reader.Read(content);
  if (chunk) {
    Check(nat::IsValidUtf8(chunk->text));
    Check(chunk->hidden_bytes <= bytes_max);
  }
  // A reader is as good after nonsense as before.
  const auto next = reader.Read(next_event);
  Check(next && next->text == "next");
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* bytes, std::size_t size) {
  const std::string_view content(reinterpret_cast<const char*>(bytes), size);
  const std::string repaired = nat::RepairJson(content);
  Check(nat::IsValidUtf8(repaired));
  Check(nat::RepairJson(repaired) == repaired);

  nat::WireReader openai;
  CheckReader(openai, content, repaired.size(), R"({"choices":[{"delta":{"content":"next"}}]})");
  nat::AnthropicReader anthropic;
  CheckReader(anthropic, content, repaired.size(),
              R"({"type":"content_block_delta","delta":{"type":"text_delta","text":"next"}})");

  const auto opinion = nat::ReadOpinion(content);
  if (opinion) Check(opinion->confidence >= 0 && opinion->confidence <= 1);
  const auto moderation = nat::ReadModeration(content);
  if (moderation) {
    for (const auto& [name, score] : moderation->scores) Check(score >= 0 && score <= 1);
  }

  constexpr std::size_t kMessageBytesMax = 100;
  Check(nat::ErrorOfStatus(500, nat::Headers(), content, nat::Time()).message.size() <=
        kMessageBytesMax);
  Check(nat::ErrorOfReport(content).message.size() <= kMessageBytesMax);
  return 0;
}
