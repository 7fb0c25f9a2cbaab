// A library that is loaded before the service: it stands between the program and the C library and
// does what the page of tests/support/fault_page.h says. Only the environment variables
// NAT_FAULTS_PAGE and NAT_FAULTS_FOLDER turn it on.
//
// It is built without sanitizers and uses no library of its own: it runs before everything else.
#include <dlfcn.h>
#include <fcntl.h>
#include <signal.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/time.h>
#include <time.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>

#include "tests/support/fault_page.h"

namespace {

using nat::testing::FaultPage;
using nat::testing::kFlushing;
using nat::testing::kGrowing;
using nat::testing::kMaking;
using nat::testing::kWriting;

constexpr std::int64_t kMillisecondsPerSecond = 1'000;
constexpr std::int64_t kNanosecondsPerMillisecond = 1'000'000;
constexpr std::int64_t kNanosecondsPerSecond = 1'000'000'000;
constexpr std::size_t kParts = 256;

FaultPage* page = nullptr;
char folder[4096];

template <class Function>
Function Next(Function& kept, const char* name) {
  if (kept == nullptr) kept = reinterpret_cast<Function>(dlsym(RTLD_NEXT, name));
  return kept;
}

__attribute__((constructor)) void ReadEnvironment() {
  const char* path = getenv("NAT_FAULTS_PAGE");
  const char* below = getenv("NAT_FAULTS_FOLDER");
  if (path == nullptr || below == nullptr || strlen(below) >= sizeof(folder)) return;
  strcpy(folder, below);
  const int file = open(path, O_RDWR | O_CLOEXEC);
  if (file < 0) return;
  void* mapped = mmap(nullptr, sizeof(FaultPage), PROT_READ | PROT_WRITE, MAP_SHARED, file, 0);
  close(file);
  if (mapped != MAP_FAILED) page = static_cast<FaultPage*>(mapped);
}

bool IsOurs(const char* path) {
  return path != nullptr && strncmp(path, folder, strlen(folder)) == 0;
}

bool IsOurs(int file) {
  char link[64];
  char path[4096];
  snprintf(link, sizeof(link), "/proc/self/fd/%d", file);
  const auto size = readlink(link, path, sizeof(path) - 1);
  if (size <= 0) return false;
  path[size] = '\0';
  return IsOurs(path);
}

bool IsGrowing(int file, std::int64_t end) {
  struct stat status {};
  return fstat(file, &status) == 0 && end > status.st_size;
}

enum class Strike { kNone, kFails, kDies };

// Counts a call that concerns us, and says what becomes of it.
Strike Count() {
  if (page->counted.fetch_add(1) < page->spared) return Strike::kNone;
  if (page->is_deadly != 0) return Strike::kDies;
  if (page->error == 0) return Strike::kNone;
  page->struck.fetch_add(1);
  errno = page->error;
  return Strike::kFails;
}

[[noreturn]] void Die() {
  kill(getpid(), SIGKILL);
  for (;;) pause();
}

bool Concerns(std::uint32_t call) {
  return page != nullptr && (page->calls & call) != 0;
}

// Of a call that writes nothing itself: whether it fails.
template <class File>
bool Fails(std::uint32_t call, File file) {
  if (!Concerns(call) || !IsOurs(file)) return false;
  const auto strike = Count();
  if (strike == Strike::kDies) Die();
  return strike == Strike::kFails;
}

Strike JudgeWrite(int file, std::int64_t end) {
  if (!Concerns(kWriting) || !IsOurs(file)) return Strike::kNone;
  if (Concerns(kGrowing) && !IsGrowing(file, end)) return Strike::kNone;
  return Count();
}

bool IsChanging(int flags) {
  return (flags & (O_WRONLY | O_RDWR | O_CREAT | O_TRUNC)) != 0;
}

ssize_t WriteAt(int file, const void* bytes, std::size_t size, off_t at) {
  static ssize_t (*next)(int, const void*, std::size_t, off_t) = nullptr;
  Next(next, "pwrite");
  const auto strike = JudgeWrite(file, at + static_cast<std::int64_t>(size));
  if (strike == Strike::kFails) return -1;
  if (strike == Strike::kDies) {
    next(file, bytes, size * page->torn_part / kParts, at);
    Die();
  }
  return next(file, bytes, size, at);
}

int Truncate(int file, off_t size) {
  static int (*next)(int, off_t) = nullptr;
  const auto strike = JudgeWrite(file, size);
  if (strike == Strike::kDies) Die();
  return strike == Strike::kFails ? -1 : Next(next, "ftruncate")(file, size);
}

int Open(const char* path, int flags, mode_t mode) {
  static int (*next)(const char*, int, ...) = nullptr;
  if (IsChanging(flags) && Fails(kMaking, path)) return -1;
  return Next(next, "open")(path, flags, mode);
}

void SetAhead(struct timespec* time, std::int64_t milliseconds) {
  time->tv_sec += milliseconds / kMillisecondsPerSecond;
  time->tv_nsec += milliseconds % kMillisecondsPerSecond * kNanosecondsPerMillisecond;
  if (time->tv_nsec < 0) {
    time->tv_sec -= 1;
    time->tv_nsec += kNanosecondsPerSecond;
  } else if (time->tv_nsec >= kNanosecondsPerSecond) {
    time->tv_sec += 1;
    time->tv_nsec -= kNanosecondsPerSecond;
  }
}

}  // namespace

extern "C" {

ssize_t pwrite(int file, const void* bytes, size_t size, off_t at) {
  return WriteAt(file, bytes, size, at);
}
ssize_t pwrite64(int file, const void* bytes, size_t size, off64_t at) {
  return WriteAt(file, bytes, size, at);
}

ssize_t write(int file, const void* bytes, size_t size) {
  static ssize_t (*next)(int, const void*, size_t) = nullptr;
  Next(next, "write");
  if (!Concerns(kWriting) || !IsOurs(file)) return next(file, bytes, size);
  const auto strike = JudgeWrite(file, lseek(file, 0, SEEK_CUR) + static_cast<off_t>(size));
  if (strike == Strike::kFails) return -1;
  if (strike == Strike::kDies) {
    next(file, bytes, size * page->torn_part / kParts);
    Die();
  }
  return next(file, bytes, size);
}

int ftruncate(int file, off_t size) noexcept {
  return Truncate(file, size);
}
int ftruncate64(int file, off64_t size) noexcept {
  return Truncate(file, size);
}

int fsync(int file) {
  static int (*next)(int) = nullptr;
  return Fails(kFlushing, file) ? -1 : Next(next, "fsync")(file);
}
int fdatasync(int file) {
  static int (*next)(int) = nullptr;
  return Fails(kFlushing, file) ? -1 : Next(next, "fdatasync")(file);
}

int open(const char* path, int flags, ...) {
  va_list rest;
  va_start(rest, flags);
  const auto mode = (flags & O_CREAT) != 0 ? va_arg(rest, mode_t) : 0;
  va_end(rest);
  return Open(path, flags, mode);
}
int open64(const char* path, int flags, ...) {
  va_list rest;
  va_start(rest, flags);
  const auto mode = (flags & O_CREAT) != 0 ? va_arg(rest, mode_t) : 0;
  va_end(rest);
  return Open(path, flags, mode);
}

int mkdir(const char* path, mode_t mode) noexcept {
  static int (*next)(const char*, mode_t) = nullptr;
  return Fails(kMaking, path) ? -1 : Next(next, "mkdir")(path, mode);
}
int unlink(const char* path) noexcept {
  static int (*next)(const char*) = nullptr;
  return Fails(kMaking, path) ? -1 : Next(next, "unlink")(path);
}
int rename(const char* from, const char* to) noexcept {
  static int (*next)(const char*, const char*) = nullptr;
  return Fails(kMaking, to) ? -1 : Next(next, "rename")(from, to);
}

int clock_gettime(clockid_t clock, struct timespec* now) noexcept {
  static int (*next)(clockid_t, struct timespec*) = nullptr;
  const int failed = Next(next, "clock_gettime")(clock, now);
  if (failed != 0 || page == nullptr) return failed;
  const bool is_wall = clock == CLOCK_REALTIME || clock == CLOCK_REALTIME_COARSE;
  const bool is_steady = clock == CLOCK_MONOTONIC || clock == CLOCK_MONOTONIC_COARSE;
  if (is_wall) SetAhead(now, page->wall_ahead_ms);
  if (is_steady) SetAhead(now, page->steady_ahead_ms);
  return 0;
}
int gettimeofday(struct timeval* now, void*) noexcept {
  struct timespec precise {};
  const int failed = clock_gettime(CLOCK_REALTIME, &precise);
  now->tv_sec = precise.tv_sec;
  now->tv_usec = precise.tv_nsec / 1'000;
  return failed;
}
time_t time(time_t* where) noexcept {
  struct timespec precise {};
  clock_gettime(CLOCK_REALTIME, &precise);
  if (where != nullptr) *where = precise.tv_sec;
  return precise.tv_sec;
}

}  // extern "C"
