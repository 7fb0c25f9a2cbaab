#include "net/static_files.h"

#include <openssl/evp.h>

#include <algorithm>
#include <array>
#include <memory>
#include <utility>

#include "base/files.h"
#include "base/limits.h"
#include "net/gzip.h"

namespace nat {
namespace {

namespace fs = std::filesystem;

constexpr std::string_view kAssetsMark = "{{assets}}";
constexpr std::size_t kCompressedBytesMin = 1024;  // below, the frame eats what is won

struct ContentType {
  std::string_view extension;
  std::string_view type;
  bool is_text;
};

constexpr std::array<ContentType, 16> kContentTypes = {{
    {".html", "text/html; charset=utf-8", true},
    {".css", "text/css; charset=utf-8", true},
    {".js", "text/javascript; charset=utf-8", true},
    {".mjs", "text/javascript; charset=utf-8", true},
    {".json", "application/json", true},
    {".webmanifest", "application/manifest+json", true},
    {".yaml", "application/yaml", true},
    {".svg", "image/svg+xml", true},
    {".txt", "text/plain; charset=utf-8", true},
    {".png", "image/png", false},
    {".jpg", "image/jpeg", false},
    {".webp", "image/webp", false},
    {".ico", "image/x-icon", false},
    {".woff2", "font/woff2", false},
    {".mp3", "audio/mpeg", false},
    {"", "application/octet-stream", false},
}};

const ContentType& ContentTypeOf(const fs::path& path) {
  const auto extension = path.extension().string();
  const auto* found =
      std::find_if(kContentTypes.begin(), kContentTypes.end() - 1,
                   [&](const ContentType& row) { return row.extension == extension; });
  return *found;
}

// The folder is served as it lies in the repository, but for what is for its makers.
constexpr std::array<std::string_view, 6> kNotServed = {
    "node_modules", "test", "tools", "package.json", "package-lock.json", "README.md"};

bool IsServed(const fs::path& path) {
  const auto name = path.filename().string();
  return !name.starts_with('.') &&
         std::find(kNotServed.begin(), kNotServed.end(), path.generic_string()) == kNotServed.end();
}

bool IsInTopFolder(std::string_view path) {
  return path.find('/') == std::string_view::npos;
}

std::string Replaced(std::string text, std::string_view mark, std::string_view by) {
  for (auto at = text.find(mark); at != std::string::npos; at = text.find(mark, at + by.size())) {
    text.replace(at, mark.size(), by);
  }
  return text;
}

// The first 64 bits of SHA-256 in hex: enough that no two releases share addresses.
class ContentDigest {
 public:
  ContentDigest() : context_(EVP_MD_CTX_new(), EVP_MD_CTX_free) {
    NAT_CHECK(EVP_DigestInit_ex(context_.get(), EVP_sha256(), nullptr) == 1);
  }
  // With a length before it, so that bytes cannot move from one text to the next unseen.
  void Add(std::string_view text) {
    const auto length = std::to_string(text.size()) + ":";
    NAT_CHECK(EVP_DigestUpdate(context_.get(), length.data(), length.size()) == 1);
    NAT_CHECK(EVP_DigestUpdate(context_.get(), text.data(), text.size()) == 1);
  }
  std::string Finish() {
    std::array<unsigned char, EVP_MAX_MD_SIZE> digest;
    unsigned size = 0;
    NAT_CHECK(EVP_DigestFinal_ex(context_.get(), digest.data(), &size) == 1);
    constexpr std::string_view kHex = "0123456789abcdef";
    std::string text;
    for (std::size_t at = 0; at < 8; ++at) {
      text.push_back(kHex[digest[at] >> 4]);
      text.push_back(kHex[digest[at] & 15]);
    }
    return text;
  }

 private:
  std::unique_ptr<EVP_MD_CTX, decltype(&EVP_MD_CTX_free)> context_;
};

Error CannotRead(const fs::path& path, const std::string& why) {
  return Error(ErrorCode::kInternal, "cannot read the web files at " + path.string() + ": " + why);
}

// The content of files by their path in a folder.
struct Texts {
  std::map<std::string, std::string> by_path;
  std::size_t bytes_read = 0;
};

// Puts the files below `folder` over what `texts` holds already.
Status ReadFolder(const fs::path& folder, Texts& texts) {
  std::error_code error;
  fs::recursive_directory_iterator at(folder, error);
  for (; !error && at != fs::recursive_directory_iterator(); at.increment(error)) {
    const auto path = at->path().lexically_relative(folder);
    if (!IsServed(path)) at.disable_recursion_pending();
    if (!IsServed(path) || !at->is_regular_file(error)) continue;
    texts.bytes_read += at->file_size(error);
    if (error || texts.bytes_read > limits::kStaticBytesMax) {
      return CannotRead(at->path(), "all files together are larger than is allowed");
    }
    auto text = ReadFile(at->path());
    if (!text) return text.error();
    texts.by_path[path.generic_string()] = std::move(*text);
    if (texts.by_path.size() > limits::kStaticFilesMax) {
      return CannotRead(folder, "there are more files than are allowed");
    }
  }
  if (error) return CannotRead(folder, error.message());
  return Ok();
}

// The quality zero ("gzip;q=0") says that it is not wanted.
bool TakesGzip(const Request& request) {
  const auto accepted = request.headers.Get("Accept-Encoding").value_or("");
  const auto at = accepted.find("gzip");
  if (at == std::string_view::npos) return false;
  const auto parameters = accepted.substr(at, accepted.find(',', at) - at);
  const auto quality = parameters.find("q=0");
  return quality == std::string_view::npos ||
         parameters.find_first_not_of("0.", quality + 3) != std::string_view::npos;
}

}  // namespace

struct StaticFiles::File {
  std::string text;
  const ContentType* type = nullptr;
  // Made when first asked for; empty, and not made again, where it would not be smaller.
  std::string compressed;
  bool has_tried_compressing = false;

  const std::string& Compressed() {
    if (has_tried_compressing) return compressed;
    has_tried_compressing = true;
    if (!type->is_text || text.size() < kCompressedBytesMin) return compressed;
    compressed = Gzip(text);
    if (compressed.size() >= text.size()) compressed = std::string();
    return compressed;
  }
};

StaticFiles::StaticFiles() = default;
StaticFiles::~StaticFiles() = default;

Result<std::unique_ptr<StaticFiles>> StaticFiles::Load(std::vector<fs::path> folders,
                                                       const Marks& marks) {
  Texts texts;
  for (const auto& folder : folders) {
    auto read = ReadFolder(folder, texts);
    if (!read) return read.error();
  }
  // Before the digest: other words are another release.
  for (auto& [path, text] : texts.by_path) {
    if (!ContentTypeOf(path).is_text || !IsInTopFolder(path)) continue;
    for (const auto& [mark, by] : marks) text = Replaced(std::move(text), mark, by);
  }
  ContentDigest digest;
  for (const auto& [path, text] : texts.by_path) {
    digest.Add(path);
    digest.Add(text);
  }
  std::unique_ptr<StaticFiles> files(new StaticFiles());
  files->digest_ = digest.Finish();
  files->assets_ = "/a/" + files->digest_;
  for (auto& [path, text] : texts.by_path) {
    auto file = std::make_unique<File>();
    file->type = &ContentTypeOf(path);
    const bool has_mark = file->type->is_text && IsInTopFolder(path);
    file->text =
        has_mark ? Replaced(std::move(text), kAssetsMark, files->assets_) : std::move(text);
    files->files_.emplace(path, std::move(file));
  }
  return files;
}

std::optional<Response> StaticFiles::Get(const Request& request) {
  if (request.method != "GET" && request.method != "HEAD") return std::nullopt;
  std::string_view path = request.path;
  path.remove_prefix(1);
  const std::string_view assets = std::string_view(assets_).substr(1);
  if (path.starts_with(assets) && path.substr(assets.size()).starts_with('/')) {
    File* file = Find(path.substr(assets.size() + 1));
    if (file == nullptr) return std::nullopt;
    return Answer(*file, Freshness::kImmutable, request);
  }
  if (!IsInTopFolder(path)) return std::nullopt;
  if (auto page = Page(path.empty() ? "index" : std::string(path), request)) return page;
  // Pages have one address, the one without their ending.
  File* file = path.ends_with(".html") ? nullptr : Find(path);
  if (file == nullptr) return std::nullopt;
  return Answer(*file, Freshness::kAskAgain, request);
}

std::optional<Response> StaticFiles::Page(const std::string& name, const Request& request) {
  File* file = Find(name + ".html");
  if (file == nullptr) return std::nullopt;
  return Answer(*file, Freshness::kAskAgain, request);
}

StaticFiles::File* StaticFiles::Find(std::string_view path) {
  const auto found = files_.find(path);
  return found == files_.end() ? nullptr : found->second.get();
}

Response StaticFiles::Answer(File& file, Freshness freshness, const Request& request) const {
  Response response;
  const bool is_compressed = TakesGzip(request) && !file.Compressed().empty();
  // Each form of a file has its own tag, as a strong tag promises the same bytes.
  const std::string tag = '"' + digest_ + (is_compressed ? "-gzip" : "") + '"';
  response.headers.Add("ETag", tag);
  response.headers.Add("Vary", "Accept-Encoding");
  response.headers.Add("Cache-Control", freshness == Freshness::kImmutable
                                            ? "public, max-age=31536000, immutable"
                                            : "no-cache");
  if (request.headers.HasToken("If-None-Match", tag) ||
      request.headers.HasToken("If-None-Match", "W/" + tag)) {
    response.status = 304;
    return response;
  }
  response.headers.Add("Content-Type", std::string(file.type->type));
  if (is_compressed) response.headers.Add("Content-Encoding", "gzip");
  response.body = is_compressed ? file.compressed : file.text;
  return response;
}

}  // namespace nat
