// The rules of the proof one by one, on what a kernel might say at moments too short to be met by a test.

#include <gtest/gtest.h>
#include <unistd.h>

#include <array>
#include <filesystem>
#include <fstream>
#include <string>

#include "harness/processes/quiescence.h"

namespace lockstep::processes {
namespace {

constexpr pid_t kPid = 41;
constexpr pid_t kOther = 42;

// One process of two threads, in a folder instead of /proc; both are asleep for ever until a test says otherwise.
class QuiescenceProofTest : public testing::Test {
 protected:
  QuiescenceProofTest() {
    for (const pid_t tid : {kPid, kOther}) {
      std::filesystem::create_directories(folder(tid));
      say(tid, "syscall", "0 0x3 0x1 0x1 0x0 0x0 0x0 0x7ffd 0x7fc0\n");
      say_state(tid, 'S');
      say(tid, "schedstat", "5000 70 3\n");
      say(tid, "children", "");
    }
  }
  ~QuiescenceProofTest() override { std::filesystem::remove_all(proc_); }

  [[nodiscard]] std::string folder(pid_t tid) const {
    return proc_ + "/" + std::to_string(kPid) + "/task/" + std::to_string(tid);
  }
  void say(pid_t tid, const std::string& file, const std::string& text) const {
    std::ofstream(folder(tid) + "/" + file) << text;
  }
  void say_state(pid_t tid, char state) const {
    say(tid, "stat", std::to_string(tid) + " (test) " + state + " 1 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0 77 0\n");
  }
  [[nodiscard]] Observation observe() { return Observer({kPid}, proc_).observe(std::array{kPid}); }

 private:
  std::string proc_ = testing::TempDir() + "quiescence_proof_test." + std::to_string(getpid());
};

TEST_F(QuiescenceProofTest, SleepersAreProved) {
  const Observation observation = observe();
  EXPECT_EQ(observation.answer, Answer::kBlocked) << observation.reason;
}

TEST_F(QuiescenceProofTest, WokenButNotOnARunQueueIsNotProved) {
  say_state(kOther, 'R');
  EXPECT_EQ(observe().answer, Answer::kRunning);
}

TEST_F(QuiescenceProofTest, ADiskSleepIsNotProved) {
  say_state(kPid, 'D');
  EXPECT_EQ(observe().answer, Answer::kRunning);
}

TEST_F(QuiescenceProofTest, RunningIsNotProvedWhateverTheState) {
  say(kOther, "syscall", "running\n");
  EXPECT_EQ(observe().answer, Answer::kRunning);
}

TEST_F(QuiescenceProofTest, ADeadOtherIsNoMatterButADeadCallerIsGone) {
  say_state(kOther, 'Z');
  EXPECT_EQ(observe().answer, Answer::kBlocked);
  say_state(kPid, 'Z');
  EXPECT_EQ(observe().answer, Answer::kGone);
}

TEST_F(QuiescenceProofTest, AKernelWithoutSchedstatCanNotTell) {
  std::filesystem::remove(folder(kOther) + "/schedstat");
  const Observation observation = observe();
  EXPECT_EQ(observation.answer, Answer::kUnobservable);
  EXPECT_NE(observation.reason.find("CONFIG_SCHED_INFO"), std::string::npos) << observation.reason;
}

TEST_F(QuiescenceProofTest, AThreadInATimedWaitIsNamed) {
  say(kOther, "syscall", "-1 0x7ffd 0x7fc0\n");
  EXPECT_EQ(observe().others_timed, std::vector{kOther});
}

}  // namespace
}  // namespace lockstep::processes
