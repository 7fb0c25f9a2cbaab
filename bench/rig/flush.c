/* Preloaded into a service by bench/durability: what a flush of the disk costs, by taking it away
   or by making it dearer. Without BENCH_FLUSH_MS a flush does nothing; with it a flush is real, and
   takes so many milliseconds more, as on a disk across a network. */
#define _GNU_SOURCE
#include <stdlib.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

static int flush(long call, int descriptor) {
  const char *milliseconds = getenv("BENCH_FLUSH_MS");
  if (milliseconds == NULL) return 0;
  struct timespec more = {0, atol(milliseconds) * 1000000};
  nanosleep(&more, NULL);
  return (int)syscall(call, descriptor);
}

int fsync(int descriptor) { return flush(SYS_fsync, descriptor); }
int fdatasync(int descriptor) { return flush(SYS_fdatasync, descriptor); }
