#include <benchmark/benchmark.h>
#include <pthread.h>
#include <semaphore.h>
#include <sys/mman.h>

#include <atomic>
#include <cerrno>
#include <new>
#include <string>
#include <system_error>

#include "impl/lock/counted_lock.h"
#include "impl/lock/lock.h"
#include "impl/platform/futex_platform.h"

// The locks without an interpreter: what one uncontended pair of acquire and release costs, and one refusal. Each lies
// in memory that processes share.
namespace lockstep::impl {
namespace {

constexpr std::size_t kPage = 4096;

void check(int error) {
  if (error != 0) {
    throw std::system_error(error, std::generic_category());
  }
}

template <class T>
T& shared() {
  void* const page = mmap(nullptr, kPage, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
  check(page == MAP_FAILED ? errno : 0);
  return *new (page) T{};  // as long as the process
}

struct PosixSemaphore {
  PosixSemaphore() { check(sem_init(&semaphore, 1, 1) == 0 ? 0 : errno); }
  [[nodiscard]] bool try_acquire() const { return sem_trywait(&semaphore) == 0; }
  void release() const { sem_post(&semaphore); }
  sem_t& semaphore = shared<sem_t>();
};

// What CPython's SemLock does with it (Modules/_multiprocessing/semaphore.c): it looks before it posts.
struct CPythonSemaphore : PosixSemaphore {
  void release() const {
    int value = 0;
    if (sem_getvalue(&semaphore, &value) == 0 && value < 1) {
      sem_post(&semaphore);
    }
  }
};

template <int Robust>
struct Mutex {
  Mutex() {
    pthread_mutexattr_t attributes;
    check(pthread_mutexattr_init(&attributes));
    check(pthread_mutexattr_setpshared(&attributes, PTHREAD_PROCESS_SHARED));
    check(pthread_mutexattr_setrobust(&attributes, Robust));
    check(pthread_mutex_init(&mutex, &attributes));
  }
  [[nodiscard]] bool try_acquire() const { return pthread_mutex_trylock(&mutex) == 0; }
  void release() const { pthread_mutex_unlock(&mutex); }
  pthread_mutex_t& mutex = shared<pthread_mutex_t>();
};

template <class L>
struct Ours {
  [[nodiscard]] bool try_acquire() { return lock.try_acquire(); }
  void release() { benchmark::DoNotOptimize(lock.release()); }
  L lock{shared<Slot<FutexPlatform>>()};
};

// What a release would cost that looks and then stores, as one may where two releases that race may both succeed, which
// ours must not (README.md, "Where it departs from CPython"). It wakes nobody.
struct LooksAndStores : Ours<Lock<FutexPlatform>> {
  void release() const {
    const FutexPlatform::Pending pending(FutexPlatform(), lock.slot().word);
    if (lock.slot().word.load(std::memory_order_relaxed) != 0) {
      lock.slot().word.store(0, std::memory_order_release);
    }
    benchmark::DoNotOptimize(lock.slot().sleepers.load(std::memory_order_relaxed));
  }
};

template <class L>
void pair(benchmark::State& state) {
  L lock;
  for (auto _ : state) {
    benchmark::DoNotOptimize(lock.try_acquire());
    lock.release();
  }
}

template <class L>
void refused(benchmark::State& state) {
  L lock;
  benchmark::DoNotOptimize(lock.try_acquire());
  for (auto _ : state) {
    benchmark::DoNotOptimize(lock.try_acquire());
  }
  lock.release();
}

void add(const char* name, void (*pairs)(benchmark::State&), void (*refusals)(benchmark::State&)) {
  benchmark::RegisterBenchmark((std::string(name) + "/pair").c_str(), pairs);
  benchmark::RegisterBenchmark((std::string(name) + "/refused").c_str(), refusals);
}

template <class L>
void add(const char* name) {
  add(name, pair<L>, refused<L>);
}

}  // namespace
}  // namespace lockstep::impl

int main(int argc, char** argv) {
  using namespace lockstep::impl;  // NOLINT(google-build-using-namespace): this file is all about it
  add<CPythonSemaphore>("cpython");
  add<Ours<Lock<FutexPlatform>>>("lock");
  add<LooksAndStores>("looks_and_stores");
  add<Ours<CountedLock<FutexPlatform>>>("counted");
  add<PosixSemaphore>("sem_t");
  add<Mutex<PTHREAD_MUTEX_STALLED>>("pthread_mutex");
  add<Mutex<PTHREAD_MUTEX_ROBUST>>("pthread_mutex_robust");
  benchmark::Initialize(&argc, argv);
  if (benchmark::ReportUnrecognizedArguments(argc, argv)) {
    return 2;
  }
  benchmark::RunSpecifiedBenchmarks();
  benchmark::Shutdown();
  return 0;
}
