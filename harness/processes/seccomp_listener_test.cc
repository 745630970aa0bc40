#include "harness/processes/seccomp_listener.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <array>
#include <cerrno>
#include <cstddef>

#include <linux/filter.h>
#include <linux/seccomp.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "harness/processes/test_child.h"

namespace lockstep::processes {
namespace {

using ::testing::HasSubstr;

// Does `action` with every call of this number, in the calling process. The listener, where there is one.
long filter(long number, std::uint32_t action, unsigned flags) {
  std::array<sock_filter, 4> code = {{
      BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(seccomp_data, nr)),
      BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, static_cast<std::uint32_t>(number), 0, 1),
      BPF_STMT(BPF_RET | BPF_K, action),
      BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW),
  }};
  const sock_fprog program{code.size(), code.data()};
  prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0);
  return syscall(SYS_seccomp, SECCOMP_SET_MODE_FILTER, flags, &program);
}

struct Answers {
  long listener;
  long first, second, second_errno, third;
};

class SeccompListenerTest : public ::testing::Test {
 protected:
  void SetUp() override {
    if (const std::string reason = SeccompListener::unavailable(); !reason.empty()) {
      GTEST_SKIP() << reason;
    }
  }

  static Notification next(SeccompListener& listener) {
    for (;;) {
      if (const auto call = listener.receive(); call.has_value()) {
        return *call;
      }
    }
  }

  Shared<Answers> answers_;
  Pipe ready_, done_;
};

TEST_F(SeccompListenerTest, ACallComesToWhatItIsAnswered) {
  const Child child([this] {
    answers_->listener = filter(SYS_getsid, SECCOMP_RET_USER_NOTIF, SECCOMP_FILTER_FLAG_NEW_LISTENER);
    ready_.put();
    answers_->first = syscall(SYS_getsid, 7);
    answers_->second = syscall(SYS_getsid, 8);
    answers_->second_errno = errno;
    answers_->third = syscall(SYS_getsid, 0);
    done_.put();
    pause();
  });
  ready_.take();
  SeccompListener listener(child.pid(), static_cast<int>(answers_->listener));
  const Notification first = next(listener);
  EXPECT_EQ(first.tid, child.pid());
  EXPECT_EQ(first.arguments[0], 7U);
  listener.answer(first.id, 42);
  listener.answer(next(listener).id, 0, ETIMEDOUT);
  listener.let_pass(next(listener).id);
  done_.take();
  EXPECT_EQ(answers_->first, 42);
  EXPECT_EQ(answers_->second, -1);
  EXPECT_EQ(answers_->second_errno, ETIMEDOUT);
  EXPECT_EQ(answers_->third, getsid(child.pid()));
}

TEST_F(SeccompListenerTest, WithoutACallThereIsNothingAfterAWhile) {
  const Child child([this] {
    answers_->listener = filter(SYS_getsid, SECCOMP_RET_USER_NOTIF, SECCOMP_FILTER_FLAG_NEW_LISTENER);
    ready_.put();
    pause();
  });
  ready_.take();
  SeccompListener listener(child.pid(), static_cast<int>(answers_->listener));
  EXPECT_FALSE(listener.receive().has_value());
}

TEST_F(SeccompListenerTest, ThatACallerWasKilledIsNoError) {
  const Child child([this] {
    answers_->listener = filter(SYS_getsid, SECCOMP_RET_USER_NOTIF, SECCOMP_FILTER_FLAG_NEW_LISTENER);
    ready_.put();
    syscall(SYS_getsid, 7);
  });
  ready_.take();
  SeccompListener listener(child.pid(), static_cast<int>(answers_->listener));
  const Notification call = next(listener);
  kill(child.pid(), SIGKILL);
  waitpid(child.pid(), nullptr, 0);
  EXPECT_NO_THROW(listener.answer(call.id, 0));
  EXPECT_FALSE(listener.receive().has_value());
}

// What unavailable() says where the system refuses one of the calls it needs.
std::string reason_without(long number) {
  Shared<std::array<char, 200>> text;
  const Pipe done;
  const Child child([&] {
    filter(number, SECCOMP_RET_ERRNO | EPERM, 0);
    const std::string reason = SeccompListener::unavailable();
    reason.copy(text->data(), text->size() - 1);
    done.put();
    pause();
  });
  done.take();
  return text->data();
}

TEST_F(SeccompListenerTest, WhereTheSystemRefusesItTheReasonIsNamed) {
  EXPECT_THAT(reason_without(SYS_seccomp), HasSubstr("seccomp user notification is not available: Operation not"));
  EXPECT_THAT(reason_without(SYS_pidfd_getfd), HasSubstr("pidfd_getfd() is not available: Operation not permitted"));
}

}  // namespace
}  // namespace lockstep::processes
