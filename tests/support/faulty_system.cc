#include "tests/support/faulty_system.h"

#include <fcntl.h>
#include <sys/mman.h>
#include <unistd.h>

#include <new>

#include "base/error.h"

namespace nat::testing {

FaultySystem::FaultySystem() {
  const auto path = folder_ / "page";
  const int file = open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600);
  NAT_CHECK(file >= 0 && ftruncate(file, sizeof(FaultPage)) == 0);
  void* mapped = mmap(nullptr, sizeof(FaultPage), PROT_READ | PROT_WRITE, MAP_SHARED, file, 0);
  close(file);
  NAT_CHECK(mapped != MAP_FAILED);
  page_ = new (mapped) FaultPage();
}

FaultySystem::~FaultySystem() {
  munmap(page_, sizeof(FaultPage));
}

void FaultySystem::Disturb(ServiceProcess& service) const {
  service.Set("LD_PRELOAD", NAT_FAULTY_SYSTEM);
  service.Set("NAT_FAULTS_PAGE", (folder_ / "page").string());
  service.Set("NAT_FAULTS_FOLDER", service.folder().string());
}

void FaultySystem::Arm(std::uint32_t calls, std::uint64_t spared) {
  page_->counted = 0;
  page_->spared = spared;
  page_->calls = calls;
}

void FaultySystem::FailFrom(int error, std::uint32_t calls, std::uint64_t spared) {
  Mend();
  page_->error = error;
  Arm(calls, spared);
}

void FaultySystem::DieAt(std::uint64_t spared, std::uint32_t calls, std::uint32_t torn_part) {
  Mend();
  page_->torn_part = torn_part;
  page_->is_deadly = 1;
  Arm(calls, spared);
}

void FaultySystem::Count(std::uint32_t calls) {
  Mend();
  Arm(calls, 0);
}

void FaultySystem::Mend() {
  page_->calls = 0;
  page_->error = 0;
  page_->is_deadly = 0;
}

}  // namespace nat::testing
