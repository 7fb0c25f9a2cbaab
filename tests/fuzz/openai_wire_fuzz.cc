// Events and answers of any bytes from a model server, and what is made of its errors.
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

#include "base/utf8.h"
#include "llm/json_repair.h"
#include "llm/openai_error.h"
#include "llm/openai_wire.h"

namespace {

void Check(bool is_true) {
  if (!is_true) std::abort();
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* bytes, std::size_t size) {
  const std::string_view content(reinterpret_cast<const char*>(bytes), size);
  const std::string repaired = nat::RepairJson(content);
  Check(nat::IsValidUtf8(repaired));
  Check(nat::RepairJson(repaired) == repaired);

  nat::WireReader reader;
  const auto chunk = reader.Read(content);
  if (chunk) {
    Check(nat::IsValidUtf8(chunk->text));
    Check(chunk->hidden_bytes <= repaired.size());
  }
  // A reader is as good after nonsense as before.
  const auto next = reader.Read(R"({"choices":[{"delta":{"content":"next"}}]})");
  Check(next && next->text == "next");

  constexpr std::size_t kMessageBytesMax = 100;
  Check(nat::ErrorOfStatus(500, nat::Headers(), content, nat::Time()).message.size() <=
        kMessageBytesMax);
  Check(nat::ErrorOfReport(content).message.size() <= kMessageBytesMax);
  return 0;
}
