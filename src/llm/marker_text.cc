#include "llm/marker_text.h"

#include "base/markdown_code.h"
#include "base/utf8.h"
#include "llm/marker.h"

namespace nat {
namespace {

using Kind = MarkerMatch::Kind;

std::string RoundBrackets(std::string_view marker) {
  std::string rounded;
  while (!marker.empty()) {
    const Utf8Step step = ReadUtf8(marker);
    const char folded = FoldForMarker(step.character);
    if (folded == '<' || folded == '[') {
      rounded.push_back('(');
    } else if (folded == '>' || folded == ']') {
      rounded.push_back(')');
    } else {
      rounded += marker.substr(0, step.byte_count);
    }
    marker.remove_prefix(step.byte_count);
  }
  return rounded;
}

// Code that is open before `rest` is code only if it also ends in it.
bool IsQuoted(const MarkdownCode& code, std::string_view rest) {
  if (!code.is_inside()) return false;
  if (code.FindEnd(rest).kind == MarkdownCode::End::Kind::kClosed) return true;
  MarkdownCode whole = code;
  whole.Read(rest);
  return !whole.is_inside() && code.FindEnd(rest).kind == MarkdownCode::End::Kind::kNotYet;
}

}  // namespace

bool HasMarkerInProse(std::string_view text) {
  MarkdownCode code;
  std::size_t read = 0;
  for (std::size_t at = FindMarkerStart(text, 0); at != std::string_view::npos;
       at = FindMarkerStart(text, read)) {
    code.Read(text.substr(read, at - read));
    const std::string_view rest = text.substr(at);
    // The text may go on: what only begins like a marker is none yet.
    if (MatchMarker(rest, Ending::kOpen).kind == Kind::kMarker && !IsQuoted(code, rest))
      return true;
    const std::size_t size = ReadUtf8(rest).byte_count;
    code.Read(rest.substr(0, size));
    read = at + size;
  }
  return false;
}

std::string DefuseMarkers(std::string_view text) {
  std::string defused(text);
  std::size_t at = FindMarkerStart(defused, 0);
  while (at != std::string::npos) {
    const MarkerMatch match = MatchMarker(std::string_view(defused).substr(at), Ending::kComplete);
    if (match.kind == Kind::kMarker) {
      const std::string_view marker = std::string_view(defused).substr(at, match.byte_count);
      defused.replace(at, match.byte_count, RoundBrackets(marker));
    }
    // Markers may share a bar, so the search goes on inside this one.
    at = FindMarkerStart(defused, at + ReadUtf8(std::string_view(defused).substr(at)).byte_count);
  }
  return defused;
}

}  // namespace nat
