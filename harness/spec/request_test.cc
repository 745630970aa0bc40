#include "harness/spec/request.h"

#include <gtest/gtest.h>

#include <string>
#include <utility>
#include <vector>

namespace lockstep::spec {
namespace {

using Arguments = std::vector<model::Argument>;

Request acquire(const Arguments& arguments, int minor = 13) {
  Options options;
  options.edition.minor = minor;
  const base::Result<Request> request =
      read_call({0, model::Method::kAcquire, arguments, false}, model::LockKind::kLock, options);
  EXPECT_TRUE(request.ok());
  return request.ok() ? request.value() : Request();
}

std::string fault(const Arguments& arguments, int minor, model::Method method = model::Method::kAcquire) {
  Options options;
  options.edition.minor = minor;
  const base::Result<Request> read = read_call({0, method, arguments, false}, model::LockKind::kLock, options);
  EXPECT_TRUE(read.ok());
  return read.value().fault == Fault::kNone ? "none" : read.value().fault_type + (": " + read.value().fault_message);
}

// Each text was printed by CPython 3.8, 3.9, 3.10, 3.11, 3.12 and 3.13.
TEST(RequestTest, MessagesFollowTheEdition) {
  EXPECT_EQ(fault({{"blocking", "1"}}, 9), "TypeError: 'blocking' is an invalid keyword argument for this function");
  EXPECT_EQ(fault({{"blocking", "1"}}, 12), "TypeError: 'blocking' is an invalid keyword argument for acquire()");
  EXPECT_EQ(fault({{"blocking", "1"}}, 13), "TypeError: acquire() got an unexpected keyword argument 'blocking'");
  EXPECT_EQ(fault({{"", "1"}, {"", "2"}, {"", "3"}}, 9), "TypeError: function takes at most 2 arguments (3 given)");
  EXPECT_EQ(fault({{"", "1"}, {"", "2"}, {"timeout", "3"}}, 10),
            "TypeError: acquire() takes at most 2 arguments (3 given)");
  EXPECT_EQ(fault({{"", "True"}, {"block", "True"}}, 8),
            "TypeError: argument for function given by name ('block') and position (1)");
  EXPECT_EQ(fault({{"", "True"}, {"block", "True"}}, 13),
            "TypeError: argument for acquire() given by name ('block') and position (1)");
  EXPECT_EQ(fault({{"", "None"}}, 9), "TypeError: an integer is required (got type NoneType)");
  EXPECT_EQ(fault({{"", "0.1"}}, 9), "TypeError: integer argument expected, got float");
  EXPECT_EQ(fault({{"", "\"x\""}}, 10), "TypeError: 'str' object cannot be interpreted as an integer");
  EXPECT_EQ(fault({{"", "2**31"}}, 9), "OverflowError: signed integer is greater than maximum");
  EXPECT_EQ(fault({{"", "-2147483649"}}, 9), "OverflowError: signed integer is less than minimum");
  EXPECT_EQ(fault({{"", "2**63"}}, 9), "OverflowError: Python int too large to convert to C long");
  EXPECT_EQ(fault({{"", "2**63"}}, 11), "OverflowError: Python int too large to convert to C int");
  EXPECT_EQ(fault({{"", "-2147483648"}}, 11), "none");
  EXPECT_EQ(fault({{"", "2**63"}}, 12), "none");
  EXPECT_EQ(fault({{"", "\"x\""}}, 12), "none");
  EXPECT_EQ(fault({{"", "1"}}, 8, model::Method::kRelease), "TypeError: release() takes no arguments (1 given)");
  EXPECT_EQ(fault({{"", "1"}, {"", "2"}}, 9, model::Method::kRelease),
            "TypeError: SemLock.release() takes no arguments (2 given)");
  EXPECT_EQ(fault({{"x", "1"}}, 10, model::Method::kRelease),
            "TypeError: SemLock.release() takes no keyword arguments");
}

TEST(RequestTest, ErrorsOfBlockComeFirst) {
  EXPECT_EQ(fault({{"", "\"x\""}, {"", "\"y\""}}, 11), "TypeError: 'str' object cannot be interpreted as an integer");
  EXPECT_EQ(fault({{"", "\"x\""}, {"foo", "1"}}, 9), "TypeError: an integer is required (got type str)");
  EXPECT_EQ(fault({{"", "\"x\""}, {"foo", "1"}}, 10), "TypeError: 'foo' is an invalid keyword argument for acquire()");
  EXPECT_EQ(fault({{"", "False"}, {"", "\"y\""}}, 13), "TypeError: must be real number, not str");
  EXPECT_EQ(fault({{"", "False"}, {"", "10**400"}}, 13), "OverflowError: int too large to convert to float");
}

TEST(RequestTest, TimeoutsAreClassified) {
  EXPECT_EQ(acquire({}).wait, Wait::kForever);
  EXPECT_EQ(acquire({{"timeout", "None"}}).wait, Wait::kForever);
  EXPECT_EQ(acquire({{"timeout", "0"}}).refusal, Clause::kAcquireTimeoutZero);
  EXPECT_EQ(acquire({{"timeout", "-0.0"}}).refusal, Clause::kAcquireTimeoutZero);
  EXPECT_EQ(acquire({{"timeout", "-inf"}}).refusal, Clause::kAcquireTimeoutNegative);
  EXPECT_EQ(acquire({{"timeout", "nan"}}).wait, Wait::kNan);
  EXPECT_EQ(acquire({{"block", "False"}, {"timeout", "nan"}}).wait, Wait::kPoll);
  EXPECT_EQ(acquire({{"block", "False"}, {"timeout", "5"}}).refusal, Clause::kAcquireNonblocking);
  for (const char* huge : {"inf", "1e20", "2**63", "9.2233720347e18"}) {
    EXPECT_EQ(acquire({{"timeout", huge}}).wait, Wait::kForever) << huge;
    EXPECT_TRUE(acquire({{"timeout", huge}}).timeout_huge) << huge;
  }
  EXPECT_FALSE(acquire({{"timeout", "1e12"}}).timeout_huge);
  EXPECT_TRUE(acquire({{"timeout", "-inf"}}).timeout_huge);
  EXPECT_FALSE(acquire({{"timeout", "-1"}}).timeout_huge);
  EXPECT_FALSE(acquire({{"block", "False"}, {"timeout", "-inf"}}).timeout_huge);
}

TEST(RequestTest, ADeadlineIsKnownToTheNanosecond) {
  const Request tenth = acquire({{"timeout", "0.1"}});
  EXPECT_EQ(tenth.wait, Wait::kTimed);
  EXPECT_EQ(tenth.timeout_min_ns, 100000000);
  EXPECT_LE(tenth.timeout_max_ns, 100000001);
  const Request least = acquire({{"timeout", "5e-324"}});
  EXPECT_EQ(least.timeout_min_ns, 0);
  EXPECT_EQ(least.timeout_max_ns, 1);
  // 0.00002 ns more than the whole ones, too little for a product of floating-point numbers to show.
  const Request more = acquire({{"timeout", "4194304.000006577"}});
  EXPECT_EQ(more.timeout_min_ns, 4194304000006577);
  EXPECT_EQ(more.timeout_max_ns, 4194304000006578);
}

TEST(RequestTest, WhatIsNoValueIsAnError) {
  EXPECT_FALSE(read_call({0, model::Method::kAcquire, {{"", "foo"}}, false}, model::LockKind::kLock, {}).ok());
  EXPECT_FALSE(read_call({0, model::Method::kLocked, {{"", "1"}}, false}, model::LockKind::kLock, {}).ok());
}

}  // namespace
}  // namespace lockstep::spec
