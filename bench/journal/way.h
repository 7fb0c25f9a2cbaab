// A way to have an event of a reply out of the process before anyone sees it, and a durable write
// of the same process beside it. bench/journal/main.cc compares them.
//
//   auto way = AllWays().front().make(loop.get_executor(), folder, 16);
//   auto appended = co_await way->Append(event);
#pragma once

#include <cstdint>
#include <filesystem>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/async.h"
#include "base/error.h"

namespace nat {

struct JournalEvent {
  std::size_t turn = 0;
  std::int64_t number = 0;
  std::string sealed;
};

// All calls on the loop's thread, like those of the stores.
class Way {
 public:
  virtual ~Way() = default;

  // Answered once the operating system has the event.
  virtual Task<Status> Append(JournalEvent event) = 0;
  // The events of a turn are needed no longer.
  virtual Task<Status> Remove(std::size_t turn) = 0;
  // A message of a person, as large as one: answered once it is on the disk.
  virtual Task<Status> CommitMessage(std::int64_t number) = 0;
};

struct WayKind {
  std::string_view word;
  std::string_view meaning;
  // Its files are in `folder`, which is empty; `turns` is how many turns there will be.
  std::unique_ptr<Way> (*make)(asio::any_io_executor executor, const std::filesystem::path& folder,
                               std::size_t turns);
};
const std::vector<WayKind>& AllWays();

}  // namespace nat
