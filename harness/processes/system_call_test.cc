#include "harness/processes/system_call.h"

#include <gtest/gtest.h>
#include <linux/futex.h>
#include <sys/syscall.h>

#include <array>
#include <cstdint>

namespace lockstep::processes {
namespace {

SystemCall call(long number, std::array<std::uint64_t, 6> arguments) { return {number, arguments, 0, 0}; }

TEST(ParseSystemCallTest, ReadsNumberArgumentsAndPlace) {
  const auto parsed = parse_system_call("202 0x7f00 0x80 0x2 0x0 0x0 0xffffffff 0x7ffd 0x7fc0\n");
  ASSERT_TRUE(parsed);
  EXPECT_EQ(parsed->number, 202);
  EXPECT_EQ(parsed->arguments[0], 0x7f00U);
  EXPECT_EQ(parsed->arguments[5], 0xffffffffU);
  EXPECT_EQ(parsed->stack_pointer, 0x7ffdU);
  EXPECT_EQ(parsed->program_counter, 0x7fc0U);
}

TEST(ParseSystemCallTest, ReadsAThreadOutsideOfACall) {
  const auto parsed = parse_system_call("-1 0x7ffd 0x7fc0\n");
  ASSERT_TRUE(parsed);
  EXPECT_EQ(parsed->number, SystemCall::kNone);
}

TEST(ParseSystemCallTest, RefusesWhatIsNoCall) {
  for (const char* line : {"running\n", "", "202 0x1\n", "202 0x1 0x2 0x3 0x4 0x5 0x6 0x7 0x8 0x9\n", "-1 0x1\n"}) {
    EXPECT_FALSE(parse_system_call(line)) << line;
  }
}

TEST(ClassifyTest, AFutexWaitsForeverOnlyWithoutATimeout) {
  constexpr std::uint64_t kPrivateWait = FUTEX_WAIT_BITSET | FUTEX_PRIVATE_FLAG | FUTEX_CLOCK_REALTIME;
  EXPECT_EQ(classify(call(SYS_futex, {1, kPrivateWait, 0, 0, 0, 0})), Wait::kEvent);
  EXPECT_EQ(classify(call(SYS_futex, {1, kPrivateWait, 0, 0x7ffd, 0, 0})), Wait::kEventOrTimeout);
  EXPECT_EQ(classify(call(SYS_futex, {1, FUTEX_WAKE, 1, 0, 0, 0})), Wait::kTimeout);
}

TEST(ClassifyTest, APollTimeoutIsAnIntInARegisterOfSixtyFourBits) {
  EXPECT_EQ(classify(call(SYS_epoll_pwait, {3, 1, 1, 0xffffffffU, 0, 0})), Wait::kEvent);
  EXPECT_EQ(classify(call(SYS_epoll_pwait, {3, 1, 1, ~std::uint64_t{0}, 0, 0})), Wait::kEvent);
  EXPECT_EQ(classify(call(SYS_epoll_pwait, {3, 1, 1, 100, 0, 0})), Wait::kEventOrTimeout);
}

TEST(ClassifyTest, APollOfNothingIsASleep) {
  EXPECT_EQ(classify(call(SYS_ppoll, {0, 0, 0x7ffd, 0, 0, 0})), Wait::kTimeout);
  EXPECT_EQ(classify(call(SYS_ppoll, {0, 0, 0, 0, 0, 0})), Wait::kEvent);
  EXPECT_EQ(classify(call(SYS_pselect6, {0, 0, 0, 0, 0x7ffd, 0})), Wait::kTimeout);
  EXPECT_EQ(classify(call(SYS_pselect6, {4, 1, 0, 0, 0x7ffd, 0})), Wait::kEventOrTimeout);
}

TEST(ClassifyTest, SleepsAndUnknownCallsProveNothing) {
  const std::array<long, 5> numbers{SYS_clock_nanosleep, SYS_nanosleep, SYS_restart_syscall, SYS_ioctl,
                                    SystemCall::kNone};
  for (const long number : numbers) {
    EXPECT_EQ(classify(call(number, {})), Wait::kTimeout) << number;
  }
}

}  // namespace
}  // namespace lockstep::processes
