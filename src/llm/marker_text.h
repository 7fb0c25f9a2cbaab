// Markers (marker.h) in whole texts: finding them where they may not be, and making them harmless.
#pragma once

#include <string>
#include <string_view>

namespace nat {

// Whether a marker stands outside the code spans and fences of a Markdown text.
bool HasMarkerInProse(std::string_view text);

// The text with the brackets of every marker made round, as in (|channel|) and (think), so that a
// model reads words and no structure. The result holds no marker; other text is unchanged.
std::string DefuseMarkers(std::string_view text);

}  // namespace nat
