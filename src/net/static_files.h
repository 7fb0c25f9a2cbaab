// The files of the web front end, read once at start and served from memory. What is not in the map
// does not exist: no path of a request ever reaches the file system.
//
//   /a/<digest>/<path>   any file, for ever ("immutable"); <digest> is of the content of all files
//   together, so a new
//                        release has new addresses and an old page never mixes with new scripts
//   /, /help, /<name>    the pages index.html, help.html, <name>.html of the top folder
//   /favicon.ico, ...    the other files of the top folder, for what browsers look for there
//
// The last two are asked for again each time (ETag, 304). In files of the top folder the text
// {{assets}} becomes /a/<digest>, and a mark that Load is given becomes what is given for it. Where
// a client takes gzip, text is compressed when it is first asked for and kept.
#pragma once

#include <filesystem>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.h"
#include "net/http.h"

namespace nat {

class StaticFiles {
 public:
  // What stands for a mark such as "{{help-lines}}": HTML, made by whoever gives it.
  using Marks = std::map<std::string, std::string>;

  // Reads every file below the folders; a file of a later folder replaces one of the same path in
  // an earlier one. Hidden files are left out. Fails where a folder cannot be read or all is more
  // than limits.h allows.
  static Result<std::unique_ptr<StaticFiles>> Load(std::vector<std::filesystem::path> folders,
                                                   const Marks& marks = {});

  ~StaticFiles();
  StaticFiles(const StaticFiles&) = delete;
  StaticFiles& operator=(const StaticFiles&) = delete;

  // The answer to a GET or HEAD of a file; nothing where the path is none of ours.
  std::optional<Response> Get(const Request& request);

  // The answer with the page `name`, "404" for 404.html; nothing where there is none.
  std::optional<Response> Page(const std::string& name, const Request& request);

  // "/a/<digest>": what stands before the path of a file.
  const std::string& assets() const { return assets_; }

 private:
  struct File;
  enum class Freshness { kAskAgain, kImmutable };

  StaticFiles();
  File* Find(std::string_view path);
  Response Answer(File& file, Freshness freshness, const Request& request) const;

  std::string digest_;
  std::string assets_;
  std::map<std::string, std::unique_ptr<File>, std::less<>>
      files_;  // by path, without a leading '/'
};

}  // namespace nat
