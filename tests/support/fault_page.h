// What a test tells the library that is preloaded into the service (tests/faults/preload): how the
// disk fails, and how wrong the clock goes. A page of memory that both processes share.
#pragma once

#include <atomic>
#include <cstdint>

namespace nat::testing {

// What is done to files below the folder of NAT_FAULTS_FOLDER.
enum FaultyCalls : std::uint32_t {
  kWriting = 1,   // write, pwrite, and making a file longer
  kFlushing = 2,  // fsync, fdatasync
  kMaking = 4,    // opening for writing, making, renaming and removing files and folders
  kGrowing = 8,   // of kWriting, only what makes a file longer, as on a full disk
};

// All zero: everything works. The two processes only ever exchange single numbers, so the order in
// which they are seen matters little; a test arms `calls` last and disarms it first.
struct FaultPage {
  std::atomic<std::uint32_t> calls;     // of FaultyCalls: which are counted, and fail
  std::atomic<std::uint64_t> counted;   // calls of these kinds since the test set it to 0
  std::atomic<std::uint64_t> spared;    // so many of them still work
  std::atomic<std::int32_t> error;      // what the others give: ENOSPC, EROFS, EIO; 0: they work
  std::atomic<std::int32_t> is_deadly;  // the first of the others is the end of the process instead
  std::atomic<std::uint32_t> torn_part;       // of a deadly write, so many 256ths are still written
  std::atomic<std::uint64_t> struck;          // calls that failed
  std::atomic<std::int64_t> wall_ahead_ms;    // the wall clock, against the right one
  std::atomic<std::int64_t> steady_ahead_ms;  // the clock that durations are measured by
};
static_assert(std::atomic<std::uint64_t>::is_always_lock_free);

}  // namespace nat::testing
