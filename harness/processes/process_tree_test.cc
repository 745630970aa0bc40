#include "harness/processes/process_tree.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <thread>

#include "harness/processes/proc_file.h"

namespace lockstep::processes {
namespace {

using ::testing::Contains;
using ::testing::IsEmpty;
using ::testing::UnorderedElementsAreArray;

[[noreturn]] void sleep_for_ever() {
  for (;;) {
    pause();
  }
}

// A child with two children of its own, one of them with a child: pids in the order child, left, right, grandchild.
class ProcessTreeTest : public testing::Test {
 protected:
  void SetUp() override {
    prctl(PR_SET_CHILD_SUBREAPER, 1);
    std::array<int, 2> ends{};
    ASSERT_EQ(pipe(ends.data()), 0);
    tree_[0] = fork();
    if (tree_[0] == 0) {
      std::array<pid_t, 3> below{};
      below[0] = fork();
      if (below[0] == 0) {
        sleep_for_ever();
      }
      below[1] = fork();
      if (below[1] == 0) {
        below[2] = fork();
        if (below[2] != 0) {
          write_all(ends[1], below);
        }
        sleep_for_ever();
      }
      write_all(ends[1], below);
      sleep_for_ever();
    }
    // Two reports, in any order: of the child (left, right, 0) and of the right one (left, 0, grandchild).
    for (int report = 0; report < 2; ++report) {
      std::array<pid_t, 3> below{};
      ASSERT_EQ(read(ends[0], below.data(), sizeof below), static_cast<ssize_t>(sizeof below));
      for (std::size_t i = 0; i < below.size(); ++i) {
        tree_[i + 1] = below[i] != 0 ? below[i] : tree_[i + 1];
      }
    }
    close(ends[0]);
    close(ends[1]);
  }

  void TearDown() override {
    kill_tree(getpid());
    prctl(PR_SET_CHILD_SUBREAPER, 0);
  }

  static void write_all(int descriptor, const std::array<pid_t, 3>& pids) {
    if (write(descriptor, pids.data(), sizeof pids) != static_cast<ssize_t>(sizeof pids)) {
      _exit(1);
    }
  }

  std::array<pid_t, 4> tree_{};
};

TEST_F(ProcessTreeTest, FindsDescendantsParentsFirst) {
  const std::vector<pid_t> found = descendants(tree_[0]);
  EXPECT_THAT(found, UnorderedElementsAreArray({tree_[1], tree_[2], tree_[3]}));
  EXPECT_EQ(found.back(), tree_[3]);
}

TEST_F(ProcessTreeTest, BothWaysToFindChildrenAgree) {
  for (const pid_t pid : tree_) {
    const auto by_file = children_by_file(pid);
    if (by_file) {
      EXPECT_THAT(children_by_scan(pid), UnorderedElementsAreArray(*by_file));
    }
  }
  EXPECT_THAT(children_by_scan(tree_[0]), UnorderedElementsAreArray({tree_[1], tree_[2]}));
}

TEST_F(ProcessTreeTest, KillsAndReapsEverythingIncludingOrphans) {
  kill_tree(tree_[0]);
  for (const pid_t pid : tree_) {
    EXPECT_FALSE(identify(pid)) << pid;
  }
}

TEST_F(ProcessTreeTest, KillsFromTheMiddleAndLeavesTheRest) {
  kill_tree(tree_[2]);
  EXPECT_THAT(descendants(tree_[0]), Contains(tree_[1]));
  EXPECT_FALSE(identify(tree_[3]));
  // The killed one is its parent's to reap, and that one sleeps.
  const auto parent = identify(tree_[0]);
  ASSERT_TRUE(parent);
  EXPECT_EQ(waitpid(tree_[0], nullptr, WNOHANG), 0);
}

TEST_F(ProcessTreeTest, ReachesStoppedProcesses) {
  kill(tree_[3], SIGSTOP);
  kill_tree(tree_[0]);
  EXPECT_FALSE(identify(tree_[3]));
}

TEST_F(ProcessTreeTest, KillsBelowTheCallerButNotTheCaller) {
  kill_tree(getpid());
  EXPECT_THAT(descendants(getpid()), IsEmpty());
}

TEST_F(ProcessTreeTest, ForkingDescendantsDoNotEscape) {
  const pid_t bomb = fork();
  if (bomb == 0) {
    // A relay: each passes on by forking and ends at once, so that it is always somebody new who lives.
    for (int generation = 0; generation < 3000; ++generation) {
      if (fork() > 0) {
        _exit(0);
      }
    }
    sleep_for_ever();
  }
  kill_tree(getpid());
  EXPECT_THAT(descendants(getpid()), IsEmpty());
}

TEST(ProcessTest, AProcessThatEndedHasNoIdentity) {
  const pid_t child = fork();
  if (child == 0) {
    _exit(0);
  }
  siginfo_t info{};
  ASSERT_EQ(waitid(P_PID, static_cast<id_t>(child), &info, WEXITED | WNOWAIT), 0);
  EXPECT_TRUE(identify(child)) << "a zombie still has its pid";
  ASSERT_EQ(waitpid(child, nullptr, 0), child);
  EXPECT_FALSE(identify(child));
  EXPECT_THAT(threads(child), IsEmpty());
  kill_tree(child);
}

TEST(ProcessTest, ThreadsAreFoundWhileTheyLive) {
  std::array<int, 2> ends{};
  ASSERT_EQ(pipe(ends.data()), 0);
  pid_t tid = 0;
  std::array<int, 2> told{};
  ASSERT_EQ(pipe(told.data()), 0);
  std::thread other([&] {
    tid = gettid();
    char byte = 0;
    EXPECT_EQ(write(told[1], "x", 1), 1);
    EXPECT_EQ(read(ends[0], &byte, 1), 1);
  });
  char byte = 0;
  ASSERT_EQ(read(told[0], &byte, 1), 1);
  EXPECT_THAT(threads(getpid()), Contains(tid));
  ASSERT_EQ(write(ends[1], "x", 1), 1);
  other.join();
  for (const int descriptor : {ends[0], ends[1], told[0], told[1]}) {
    close(descriptor);
  }
}

TEST(ParseStatTest, ANameMayContainAnything) {
  const auto stat = parse_stat("42 (a) R 1 (b) S 7 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0 123456 0\n");
  ASSERT_TRUE(stat);
  EXPECT_EQ(stat->state, 'S');
  EXPECT_EQ(stat->parent, 7);
  EXPECT_EQ(stat->start_time, 123456U);
}

TEST(ParseStatTest, RefusesWhatIsCutShort) {
  for (const char* line : {"", "42 (a", "42 (a) S", "42 (a) S 7 0 0", "42 (a) S x 0 0"}) {
    EXPECT_FALSE(parse_stat(line)) << line;
  }
}

}  // namespace
}  // namespace lockstep::processes
