#include "harness/processes/quiescence.h"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <poll.h>
#include <semaphore.h>
#include <sys/file.h>
#include <sys/ipc.h>
#include <sys/sem.h>
#include <sys/wait.h>

#include <atomic>
#include <chrono>
#include <cstdio>
#include <functional>
#include <span>
#include <string>
#include <thread>

#include "harness/processes/test_child.h"

namespace lockstep::processes {
namespace {

using Clock = std::chrono::steady_clock;

// Observes until the answer comes; the last observation when it does not come for a long time.
Observation observe_until(Observer& observer, std::span<const pid_t> calling, Answer answer) {
  const auto deadline = Clock::now() + std::chrono::seconds(60);
  Observation observation = observer.observe(calling);
  while (observation.answer != answer && Clock::now() < deadline) {
    observation = observer.observe(calling);
  }
  return observation;
}

Observation blocked(pid_t pid) {
  Observer observer({pid});
  return observe_until(observer, std::array{pid}, Answer::kBlocked);
}

struct BlockingCall {
  const char* name;
  Wait wait;
  std::function<void()> call;
};

void PrintTo(const BlockingCall& call, std::ostream* out) { *out << call.name; }

class BlockingCallTest : public testing::TestWithParam<BlockingCall> {};

TEST_P(BlockingCallTest, IsProvedWithTheKindOfItsWait) {
  const Child child(GetParam().call);
  const Observation observation = blocked(child.pid());
  ASSERT_EQ(observation.answer, Answer::kBlocked) << observation.reason;
  ASSERT_EQ(observation.calls.size(), 1U);
  EXPECT_EQ(observation.calls[0].tid, child.pid());
  EXPECT_EQ(observation.calls[0].wait, GetParam().wait) << "system call " << observation.calls[0].system_call;
  EXPECT_TRUE(observation.others_timed.empty());
}

timespec in_an_hour() {
  timespec time{};
  clock_gettime(CLOCK_REALTIME, &time);
  time.tv_sec += 3600;
  return time;
}

// Locks a file twice by descriptions of its own, so that the second waits for the first.
void lock_twice(const std::function<void(int)>& lock) {
  const int memory = memfd_create("lock", 0);
  const std::string path = "/proc/self/fd/" + std::to_string(memory);
  lock(open(path.c_str(), O_RDWR));
  lock(open(path.c_str(), O_RDWR));
}

void wait_for_child() {
  const pid_t child = fork();
  if (child == 0) {
    pause();
  }
  waitpid(child, nullptr, 0);
}

const BlockingCall kBlockingCalls[] = {
    {"sem_wait", Wait::kEvent, [] { sem_wait(&*Shared<sem_t>()); }},
    {"sem_timedwait", Wait::kEventOrTimeout,
     [] {
       const timespec deadline = in_an_hour();
       sem_timedwait(&*Shared<sem_t>(), &deadline);
     }},
    {"read", Wait::kEvent, [] { Pipe().take(); }},
    {"poll", Wait::kEvent,
     [] {
       const Pipe pipe;
       pollfd readable{pipe.read_end(), POLLIN, 0};
       poll(&readable, 1, -1);
     }},
    {"poll_timed", Wait::kEventOrTimeout,
     [] {
       const Pipe pipe;
       pollfd readable{pipe.read_end(), POLLIN, 0};
       poll(&readable, 1, 3600 * 1000);
     }},
    {"sleep", Wait::kTimeout, [] { sleep(3600); }},
    {"poll_of_nothing", Wait::kTimeout, [] { poll(nullptr, 0, 3600 * 1000); }},
    {"waitpid", Wait::kEvent, wait_for_child},
    {"pause", Wait::kEvent, [] { pause(); }},
    {"flock", Wait::kEvent, [] { lock_twice([](int file) { flock(file, LOCK_EX); }); }},
    {"fcntl", Wait::kEvent,
     [] {
       lock_twice([](int file) {
         struct flock whole {};
         whole.l_type = F_WRLCK;
         fcntl(file, F_OFD_SETLKW, &whole);
       });
     }},
};

INSTANTIATE_TEST_SUITE_P(All, BlockingCallTest, testing::ValuesIn(kBlockingCalls),
                         [](const auto& instance) { return std::string(instance.param.name); });

TEST(QuiescenceTest, ASystemVSemaphoreIsProved) {
  const int set = semget(IPC_PRIVATE, 1, 0600);
  ASSERT_GE(set, 0);
  const Child child([set] {
    sembuf take{0, -1, 0};
    semop(set, &take, 1);
  });
  const Observation observation = blocked(child.pid());
  semctl(set, 0, IPC_RMID);
  ASSERT_EQ(observation.answer, Answer::kBlocked) << observation.reason;
  EXPECT_EQ(observation.calls[0].wait, Wait::kEvent);
}

TEST(QuiescenceTest, ThreadsOfOneProcessAreToldApart) {
  const Shared<std::atomic<pid_t>> timed;
  const Shared<sem_t> never;
  const Child child([&] {
    std::thread other([&] {
      timed->store(gettid());
      sleep(3600);
    });
    sem_wait(&*never);
  });
  while (timed->load() == 0) {
    std::this_thread::yield();
  }
  Observer observer({child.pid()});
  const std::array calling{child.pid()};
  Observation observation = observe_until(observer, calling, Answer::kBlocked);
  ASSERT_EQ(observation.answer, Answer::kBlocked) << observation.reason;
  EXPECT_EQ(observation.calls[0].wait, Wait::kEvent);
  EXPECT_EQ(observation.others_timed, std::vector{timed->load()});

  const std::array both{child.pid(), timed->load()};
  observation = observe_until(observer, both, Answer::kBlocked);
  ASSERT_EQ(observation.calls.size(), 2U) << observation.reason;
  EXPECT_EQ(observation.calls[1].wait, Wait::kTimeout);
  EXPECT_TRUE(observation.others_timed.empty());
}

TEST(QuiescenceTest, AStoppedCallIsCalledStopped) {
  const Child child([] { pause(); });
  kill(child.pid(), SIGSTOP);
  ASSERT_EQ(waitpid(child.pid(), nullptr, WUNTRACED), child.pid());
  const Observation observation = blocked(child.pid());
  ASSERT_EQ(observation.answer, Answer::kBlocked) << observation.reason;
  EXPECT_EQ(observation.calls[0].wait, Wait::kStopped);
}

TEST(QuiescenceTest, ADeadCallerIsGoneReapedOrNot) {
  const Child other([] { pause(); });
  const Child child([] {});
  const std::array calling{child.pid()};
  Observer observer({other.pid(), child.pid()});
  siginfo_t info{};
  ASSERT_EQ(waitid(P_PID, static_cast<id_t>(child.pid()), &info, WEXITED | WNOWAIT), 0);
  EXPECT_EQ(observer.observe(calling).answer, Answer::kGone);
  ASSERT_EQ(waitpid(child.pid(), nullptr, 0), child.pid());
  EXPECT_EQ(observer.observe(calling).answer, Answer::kGone);
  EXPECT_EQ(blocked(other.pid()).answer, Answer::kBlocked);
}

TEST(QuiescenceTest, DeadMembersOfTheFamilyDoNotHinderAProof) {
  const Child child([] { pause(); });
  const Child dead([] {});
  siginfo_t info{};
  ASSERT_EQ(waitid(P_PID, static_cast<id_t>(dead.pid()), &info, WEXITED | WNOWAIT), 0);
  Observer observer({dead.pid(), child.pid()});
  EXPECT_EQ(observe_until(observer, std::array{child.pid()}, Answer::kBlocked).answer, Answer::kBlocked);
}

TEST(QuiescenceTest, TheObserverAsRootMeansAllBelowIt) {
  const Child child([] { wait_for_child(); });
  Observer observer({getpid()});
  const Observation observation = observe_until(observer, std::array{child.pid()}, Answer::kBlocked);
  EXPECT_EQ(observation.answer, Answer::kBlocked) << observation.reason;
}

TEST(QuiescenceTest, WhatTheKernelHidesIsUnobservableNotAnError) {
  const Shared<std::atomic<int>> answer;
  const pid_t hidden = getuid() == 0 ? getpid() : 1;
  const Child observing([&] {
    if (getuid() == 0 && setuid(65534) != 0) {
      _exit(1);
    }
    Observer observer({hidden});
    const Observation observation = observer.observe(std::array{hidden});
    answer->store(observation.reason.empty() ? -1 : 1 + static_cast<int>(observation.answer));
  });
  ASSERT_EQ(waitpid(observing.pid(), nullptr, 0), observing.pid());
  const int observed = answer->load() - 1;
  // With /proc mounted hidepid=2 it is not even there.
  EXPECT_TRUE(observed == static_cast<int>(Answer::kUnobservable) || observed == static_cast<int>(Answer::kGone))
      << observed;
}

TEST(QuiescenceTest, PrintsTheCostOfAnObservation) {
  const Child child([] { wait_for_child(); });
  Observer observer({child.pid()});
  const std::array calling{child.pid()};
  ASSERT_EQ(observe_until(observer, calling, Answer::kBlocked).answer, Answer::kBlocked);
  constexpr int kRounds = 2000;
  const auto start = Clock::now();
  int proved = 0;
  for (int round = 0; round < kRounds; ++round) {
    proved += observer.observe(calling).answer == Answer::kBlocked ? 1 : 0;
  }
  const std::chrono::duration<double, std::micro> taken = Clock::now() - start;
  std::printf("two processes of one thread each: %.1f us an observation\n", taken.count() / kRounds);
  EXPECT_EQ(proved, kRounds);
}

}  // namespace
}  // namespace lockstep::processes
