#include "app/share_directory.h"

#include <string>
#include <utility>

#include "base/files.h"
#include "base/text.h"

namespace nat {
namespace {

namespace fs = std::filesystem;

constexpr int kLevelsUpMax = 4;  // build/<preset>/notatherapist and a little more

bool IsShare(const fs::path& folder) {
  std::error_code ignored;
  return fs::exists(folder / "web/index.html", ignored) &&
         fs::exists(folder / "data/companion", ignored);
}

ShareDirectory At(const fs::path& folder) {
  ShareDirectory share;
  share.web.push_back(folder / "web");
  // In a source tree the two libraries of the page are put together by the build.
  std::error_code ignored;
  if (fs::exists(folder / "build/web", ignored)) share.web.push_back(folder / "build/web");
  share.companion = folder / "data/companion";
  share.persona = folder / "data/persona/en.md";
  share.help_lines = folder / "data/help_lines.json";
  return share;
}

}  // namespace

Result<ShareDirectory> FindShareDirectory(const fs::path& configured) {
  if (!configured.empty()) {
    if (IsShare(configured)) return At(configured);
    return Error(ErrorCode::kUnavailable,
                 "NAT_SHARE_DIR has no web/ and data/: " + configured.string());
  }
  std::error_code failed;
  const auto program = fs::read_symlink("/proc/self/exe", failed);
  auto folder = program.parent_path();
  for (int level = 0; level < kLevelsUpMax && !folder.empty(); ++level) {
    if (IsShare(folder / "share/notatherapist")) return At(folder / "share/notatherapist");
    if (IsShare(folder)) return At(folder);
    folder = folder.parent_path();
  }
  return Error(ErrorCode::kUnavailable,
               "no web/ and data/ above " + program.string() + "; set NAT_SHARE_DIR");
}

Result<std::string> LoadPersona(const fs::path& file) {
  auto text = ReadFile(file);
  if (!text) return text.error();
  const auto comment_end = text->find("-->");
  const bool has_comment = text->starts_with("<!--") && comment_end != std::string::npos;
  std::string_view persona = *text;
  if (has_comment) persona.remove_prefix(comment_end + 3);
  return std::string(TrimWhiteSpace(persona));
}

Result<HelpLines> LoadHelpLines(const std::filesystem::path& file) {
  auto text = ReadFile(file);
  if (!text) return text.error();
  return HelpLines::Parse(*text);
}

}  // namespace nat
