// A fuzz target that keeps every rule of OSS-Fuzz, or, compiled with one of the macros, breaks one of them.
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/vfs.h>
#include <unistd.h>

static volatile unsigned taken;

// Ways and reads enough to be counted.
#define WAY(i) \
  if (size > (i)) taken += data[i];
#define WAYS_8(i) WAY(i) WAY(i + 1) WAY(i + 2) WAY(i + 3) WAY(i + 4) WAY(i + 5) WAY(i + 6) WAY(i + 7)
#define WAYS_64(i) \
  WAYS_8(i) WAYS_8(i + 8) WAYS_8(i + 16) WAYS_8(i + 24) WAYS_8(i + 32) WAYS_8(i + 40) WAYS_8(i + 48) WAYS_8(i + 56)

// What instrumentation of other kinds would call.
#define CALLED(name)                         \
  __attribute__((noinline)) void name(void); \
  void name(void) { ++taken; }
CALLED(__msan_called)
CALLED(__dfsan_called)

int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
#ifndef SMALL
  WAYS_64(0)
  WAYS_64(64)
#endif
#ifdef CRASHES_ON_X
  if (size > 0 && data[0] == 'X') {
    abort();
  }
#endif
#ifdef CRASHES
  if (size == 0) {
    abort();
  }
#endif
#ifdef LEAKS
  static char* volatile lost;
  lost = malloc(100);
  lost = NULL;
#endif
#ifdef NEEDS_A_SHELL
  if (access("/bin/sh", X_OK) != 0) {
    abort();
  }
#endif
#ifdef NEEDS_A_PARENT
  if (getpid() == 1) {
    abort();
  }
#endif
#ifdef NEEDS_SHARED_MEMORY
  struct statfs shm;
  if (statfs("/dev/shm", &shm) != 0 || shm.f_type != 0x01021994) {  // TMPFS_MAGIC
    abort();
  }
#endif
#ifdef NEEDS_THE_BUILD
  if (access("/usr", X_OK) != 0) {
    abort();
  }
#endif
#ifdef IS_MSAN
  __msan_called(), __msan_called(), __msan_called(), __msan_called();
#endif
#ifdef IS_DFSAN
  __dfsan_called();
#endif
  return 0;
}
