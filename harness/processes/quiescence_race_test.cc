// What must not be proved, and whether what is proved is true: each test knows from a counter what the family has done.

#include <gtest/gtest.h>
#include <sched.h>
#include <semaphore.h>
#include <sys/wait.h>

#include <array>
#include <atomic>
#include <cstddef>
#include <cstdio>
#include <memory>
#include <thread>
#include <vector>

#include "harness/processes/quiescence.h"
#include "harness/processes/test_child.h"

namespace lockstep::processes {
namespace {

constexpr int kObservations = 2000;

// The number of observations, of many, that prove the only thread of the child blocked.
int proofs(pid_t pid, Wait* wait = nullptr) {
  Observer observer({pid});
  const std::array calling{pid};
  int proved = 0;
  for (int round = 0; round < kObservations; ++round) {
    const Observation observation = observer.observe(calling);
    if (observation.answer == Answer::kBlocked) {
      ++proved;
      EXPECT_EQ(observation.calls[0].wait, wait == nullptr ? Wait::kStopped : *wait);
    }
  }
  return proved;
}

TEST(QuiescenceRaceTest, ASpinningThreadIsNeverProved) {
  const Child child([] {
    for (std::atomic<int> turns = 0;;) {
      turns.fetch_add(1);
    }
  });
  EXPECT_EQ(proofs(child.pid()), 0);
}

TEST(QuiescenceRaceTest, AYieldingThreadIsNeverProved) {
  const Child child([] {
    for (;;) {
      sched_yield();
    }
  });
  EXPECT_EQ(proofs(child.pid()), 0);
}

TEST(QuiescenceRaceTest, APollingThreadIsProvedAtMostAsAsleepForATime) {
  const Child child([] {
    for (;;) {
      usleep(200);
    }
  });
  Wait wait = Wait::kTimeout;
  std::printf("a loop of usleep(200): %d of %d proved\n", proofs(child.pid(), &wait), kObservations);
}

// A ring of processes that pass a token for ever: each is nearly always asleep, and one pass over them finds all of
// them so, again and again. Only the second pass shows that they ran.
TEST(QuiescenceRaceTest, ATokenThatGoesRoundIsNeverProvedToRest) {
  constexpr std::size_t kProcesses = 8;
  const Shared<std::array<sem_t, kProcesses>> shared;
  std::array<sem_t, kProcesses>& semaphores = *shared;
  for (sem_t& semaphore : semaphores) {
    sem_init(&semaphore, 1, 0);
  }
  std::vector<std::unique_ptr<Child>> ring;
  std::vector<pid_t> pids;
  for (std::size_t i = 0; i < kProcesses; ++i) {
    ring.push_back(std::make_unique<Child>([&semaphores, i] {
      for (;;) {
        sem_wait(&semaphores[i]);
        sem_post(&semaphores[(i + 1) % kProcesses]);
      }
    }));
    pids.push_back(ring.back()->pid());
  }
  Observer observer(pids);
  while (observer.observe(pids).answer != Answer::kBlocked) {
  }
  sem_post(&semaphores[0]);
  for (int round = 0; round < kObservations; ++round) {
    ASSERT_NE(observer.observe(pids).answer, Answer::kBlocked) << "in round " << round;
  }
}

// A client whose server is not of the family: there is nothing to be seen of what will wake it. This is what the
// condition "everyone who may wake a member is a member" is for.
TEST(QuiescenceRaceTest, WithoutTheServerTheProofWouldBeFalse) {
  const Pipe request;
  const Shared<std::atomic<int>> seen;
  const Child client([&] { request.take(); });
  const Child server([&] {
    while (seen->load() == 0) {
    }
    request.put();
    pause();
  });
  const std::array calling{client.pid()};
  Observer both({client.pid(), server.pid()});
  for (int round = 0; round < kObservations; ++round) {
    ASSERT_NE(both.observe(calling).answer, Answer::kBlocked);
  }
  Observer only_client({client.pid()});
  while (only_client.observe(calling).answer != Answer::kBlocked) {
  }
  seen->store(1);
  while (only_client.observe(calling).answer != Answer::kGone) {
  }
}

TEST(QuiescenceRaceTest, ARunningDescendantHindersTheProof) {
  const Shared<std::atomic<pid_t>> server;
  const Child child([&] {
    const pid_t pid = fork();
    if (pid == 0) {
      for (;;) {
        server->store(getpid());
      }
    }
    Pipe().take();
  });
  while (server->load() == 0) {
    std::this_thread::yield();
  }
  EXPECT_EQ(proofs(child.pid()), 0);
}

// A waiter on the observer's own CPU, of a class that never preempts it: after the write it is awake but has not run,
// and its system call still reads as before. A proof in that moment would be false, and the counter would show it.
TEST(QuiescenceRaceTest, AWokenThreadThatHasNotRunYetIsNotProved) {
  cpu_set_t before;
  ASSERT_EQ(sched_getaffinity(0, sizeof before, &before), 0);
  cpu_set_t one;
  CPU_ZERO(&one);
  CPU_SET(sched_getcpu(), &one);
  ASSERT_EQ(sched_setaffinity(0, sizeof one, &one), 0);
  const Pipe pipe;
  const Shared<std::atomic<int>> taken;
  const Child child([&] {
    const sched_param lowest{};
    sched_setscheduler(0, SCHED_IDLE, &lowest);
    for (;;) {
      pipe.take();
      taken->fetch_add(1);
    }
  });
  Observer observer({child.pid()});
  const std::array calling{child.pid()};
  int refused = 0;
  for (int written = 0; written < 200; ++written) {
    while (observer.observe(calling).answer != Answer::kBlocked) {
      sched_yield();
    }
    ASSERT_EQ(taken->load(), written);
    pipe.put();
    if (observer.observe(calling).answer == Answer::kBlocked) {
      ASSERT_EQ(taken->load(), written + 1);
    } else {
      ++refused;
    }
  }
  EXPECT_GT(refused, 0);
  sched_setaffinity(0, sizeof before, &before);
}

// Whatever the timing, a proof means that every token has come to its end: through pipes, semaphores and threads.
TEST(QuiescenceRaceTest, EveryProofIsTrue) {
  struct Stage {
    sem_t to_third;
    std::atomic<int> arrived;
  };
  const Pipe to_first;
  const Pipe to_second;
  const Shared<Stage> shared;
  const Child first([&] {
    for (;;) {
      to_first.take();
      to_second.put();
    }
  });
  const Child second([&] {
    std::thread third([&] {
      for (;;) {
        sem_wait(&shared->to_third);
        shared->arrived.fetch_add(1);
      }
    });
    for (;;) {
      to_second.take();
      sem_post(&shared->to_third);
    }
  });
  Observer observer({first.pid(), second.pid()});
  int started = 0;
  int proved = 0;
  for (int round = 0; round < 10 * kObservations; ++round) {
    if (observer.observe({}).answer == Answer::kBlocked) {
      ASSERT_EQ(shared->arrived.load(), started) << "in round " << round;
      ++proved;
      to_first.put();
      ++started;
    }
  }
  std::printf("%d proofs, all true\n", proved);
  EXPECT_GT(proved, 0);
}

// Processes that come and go: one that exists between two listings only must not be missed while it acts.
TEST(QuiescenceRaceTest, ShortLivedHelpersAreNotMissed) {
  const Pipe go;
  const Shared<std::atomic<int>> done;
  const Child child([&] {
    for (;;) {
      go.take();
      const pid_t outer = fork();
      if (outer == 0) {
        if (fork() == 0) {
          done->fetch_add(1);
          _exit(0);
        }
        while (wait(nullptr) > 0) {
        }
        _exit(0);
      }
      while (wait(nullptr) > 0) {
      }
    }
  });
  Observer observer({child.pid()});
  const std::array calling{child.pid()};
  for (int started = 0; started < 300;) {
    if (observer.observe(calling).answer == Answer::kBlocked) {
      ASSERT_EQ(done->load(), started);
      go.put();
      ++started;
    }
  }
}

}  // namespace
}  // namespace lockstep::processes
