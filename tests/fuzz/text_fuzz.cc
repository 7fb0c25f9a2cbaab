// Reading and cleaning text of any bytes. The first byte of the input chooses where streams are
// cut.
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

#include "base/limits.h"
#include "base/text.h"
#include "base/utf8.h"
#include "chat/stages/text_hygiene.h"
#include "llm/marker_text.h"

namespace {

void Check(bool is_true) {
  if (!is_true) std::abort();
}

std::string Assemble(std::string_view bytes, std::size_t piece) {
  nat::Utf8Assembler assembler;
  std::string text;
  while (!bytes.empty()) {
    const std::string_view token = bytes.substr(0, piece);
    text += assembler.Feed(token);
    bytes.remove_prefix(token.size());
  }
  return text + assembler.Finish();
}

// What holds for every text that was put together out of any bytes.
void CheckText(const std::string& text) {
  Check(nat::IsValidUtf8(text));
  Check(nat::IncompleteBytesAtEnd(text) == 0);
  const std::size_t count = nat::CountCharacters(text);
  Check(nat::FirstCharacters(text, count) == text);
  Check(nat::IsValidUtf8(nat::FirstCharacters(text, count / 2)));
  Check(nat::EstimateTokens(text) <= 3 * count);
  const std::string normal = nat::NormalizeNfc(text);
  Check(nat::IsValidUtf8(normal) && nat::NormalizeNfc(normal) == normal);
  Check(nat::UnifyLineEnds(text).find('\r') == std::string::npos);
  const std::string_view trimmed = nat::TrimWhiteSpace(text);
  Check(nat::TrimWhiteSpace(trimmed) == trimmed);
  const std::string defused = nat::DefuseMarkers(text);
  Check(nat::IsValidUtf8(defused) && !nat::HasMarkerInProse(defused));
  Check(nat::DefuseMarkers(defused) == defused);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* bytes, std::size_t size) {
  if (size < 2) return 0;
  const std::string_view content(reinterpret_cast<const char*>(bytes) + 1, size - 1);
  const std::string text = Assemble(content, content.size());
  Check(Assemble(content, 1) == text);
  Check(Assemble(content, 2 + bytes[0] % 7) == text);
  Check(nat::IsValidUtf8(content) == (text == content));
  CheckText(text);
  CheckText(nat::RemoveInvisible(text));
  const auto message = nat::CheckMessage(content);
  if (!message) return 0;
  Check(nat::CountCharacters(*message) <= nat::limits::kMessageCharactersMax);
  Check(!message->empty() && *message == nat::TrimWhiteSpace(*message));
  return 0;
}
