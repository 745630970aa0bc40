#include "impl/platform/identity.h"

#include <gtest/gtest.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <csignal>
#include <set>
#include <thread>

namespace lockstep::impl {
namespace {

// Runs `body` in a child made without the C library's knowledge; says whether it returned true.
template <class Body>
bool true_in_raw_child(Body body) {
  const auto child = static_cast<pid_t>(syscall(SYS_clone, SIGCHLD, nullptr, nullptr, nullptr, nullptr));
  if (child == 0) {
    _exit(body() ? 0 : 1);
  }
  int status = -1;
  waitpid(child, &status, 0);
  return WIFEXITED(status) && WEXITSTATUS(status) == 0;
}

TEST(IdentityTest, IsConstantWithinAThread) {
  const Identity first = thread_state().identity;
  EXPECT_EQ(thread_state().identity, first);
  EXPECT_NE(first.thread, 0U);
  EXPECT_NE(first.process, 0U);
}

TEST(IdentityTest, IsNeverReusedByThreadsThatFollowEachOther) {
  std::set<std::uint64_t> seen{thread_state().identity.thread};
  for (int i = 0; i < 100; ++i) {
    std::thread([&seen] { EXPECT_TRUE(seen.insert(thread_state().identity.thread).second); }).join();
  }
}

TEST(IdentityTest, AForkedChildIsSomebodyElse) {
  const Identity parent = thread_state().identity;
  EXPECT_TRUE(true_in_raw_child([parent] {
    const Identity child = thread_state().identity;
    return child.process > parent.process && child.thread > parent.thread;
  }));
  EXPECT_EQ(thread_state().identity, parent);
}

TEST(IdentityTest, AGrandchildIsSomebodyElseStill) {
  EXPECT_TRUE(true_in_raw_child([] {
    const Identity child = thread_state().identity;
    return true_in_raw_child([child] { return thread_state().identity.process > child.process; });
  }));
}

TEST(IdentityTest, CountsForks) {
  static_cast<void>(thread_state());
  const std::uint64_t before = forks_begun();
  const pid_t child = fork();
  if (child == 0) {
    _exit(forks_begun() == before + 1 ? 0 : 1);
  }
  int status = -1;
  waitpid(child, &status, 0);
  EXPECT_EQ(status, 0);
  EXPECT_EQ(forks_begun(), before + 1);
}

}  // namespace
}  // namespace lockstep::impl
