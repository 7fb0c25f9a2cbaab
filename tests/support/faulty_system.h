// The test's side of the library that is preloaded into the service: a disk that is full, fails or
// may not be written, a process that ends at one certain write, and a wall clock that jumps.
//
//   FaultySystem system;
//   system.Disturb(service);              // before it starts
//   system.FailFrom(ENOSPC, kWriting);    // now
//   system.Mend();
#pragma once

#include <sys/types.h>

#include <chrono>
#include <cstdint>
#include <filesystem>

#include "tests/support/fault_page.h"
#include "tests/support/service_process.h"
#include "tests/support/temporary_folder.h"

namespace nat::testing {

class FaultySystem {
 public:
  FaultySystem();
  ~FaultySystem();
  FaultySystem(const FaultySystem&) = delete;
  FaultySystem& operator=(const FaultySystem&) = delete;

  // The next start of this service is in this system.
  void Disturb(ServiceProcess& service) const;

  // These calls give `error`, after `spared` of them still worked.
  void FailFrom(int error, std::uint32_t calls, std::uint64_t spared = 0);
  // The process ends by SIGKILL at one of these calls, after `spared` of them; where it writes,
  // after so many 256ths of its bytes.
  void DieAt(std::uint64_t spared, std::uint32_t calls, std::uint32_t torn_part);
  // Only counts these calls.
  void Count(std::uint32_t calls);
  void Mend();
  // Of the kinds last asked for, since then.
  std::uint64_t counted() const { return page_->counted; }
  // Calls that were made to fail, in all.
  std::uint64_t struck() const { return page_->struck; }

  // Against the right time.
  void SetWallClockAhead(std::chrono::milliseconds ahead) { page_->wall_ahead_ms = ahead.count(); }
  // Time passes at once: the clock that never goes back jumps. Only forwards.
  void LetPass(std::chrono::milliseconds duration) { page_->steady_ahead_ms += duration.count(); }

 private:
  void Arm(std::uint32_t calls, std::uint64_t spared);

  TemporaryFolder folder_;
  FaultPage* page_;
};

}  // namespace nat::testing
