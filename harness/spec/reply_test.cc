#include "harness/spec/reply.h"

#include <gtest/gtest.h>

namespace lockstep::spec {
namespace {

using model::OutcomeKind;

Progress done(Reply reply, std::uint16_t depth = 0) { return {Phase::kDone, reply, depth}; }

Request request_of(model::LockKind kind) {
  Request request;
  request.kind = kind;
  return request;
}

bool raises(Reply reply, const char* text, bool exact) {
  Options options;
  options.exact_messages = exact;
  return matches(done(reply), Request(), options, {OutcomeKind::kRaised, text});
}

TEST(ReplyTest, MessagesCountIfTheyAreExact) {
  const char* right = "ValueError(\"semaphore or lock released too many times\")";
  EXPECT_TRUE(raises(Reply::kReleasedTooOften, right, true));
  EXPECT_TRUE(raises(Reply::kReleasedTooOften, "ValueError", true));
  EXPECT_FALSE(raises(Reply::kReleasedTooOften, "ValueError('no')", true));
  EXPECT_TRUE(raises(Reply::kReleasedTooOften, "ValueError('no')", false));
  EXPECT_FALSE(raises(Reply::kReleasedTooOften, "RuntimeError('no')", false));
  EXPECT_FALSE(raises(Reply::kReleasedTooOften, "ValueErrors", false));
  EXPECT_TRUE(raises(Reply::kInvalidArgument, "OSError(22, 'Invalid argument')", true));
  EXPECT_TRUE(raises(Reply::kInvalidArgument, "OSError(\"[Errno 22] Invalid argument\")", true));
  EXPECT_FALSE(raises(Reply::kInvalidArgument, "OSError(28, 'No space')", true));
}

bool shows(Reply reply, const char* text, model::LockKind kind = model::LockKind::kLock, std::uint16_t depth = 0) {
  return matches(done(reply, depth), request_of(kind), {}, {OutcomeKind::kValue, text});
}

TEST(ReplyTest, AReprNamesTheOwnersState) {
  EXPECT_TRUE(shows(Reply::kReprFree, "<Lock(owner=None)>"));
  EXPECT_TRUE(shows(Reply::kReprFree, "'<Lock(owner=None)>'"));
  EXPECT_FALSE(shows(Reply::kReprFree, "<Lock(owner=MainProcess)>"));
  EXPECT_TRUE(shows(Reply::kReprMine, "<Lock(owner=ForkProcess-1|T1)>"));
  EXPECT_FALSE(shows(Reply::kReprMine, "<Lock(owner=SomeOtherThread)>"));
  EXPECT_FALSE(shows(Reply::kReprMine, "<Lock(owner=unknown)>"));
  EXPECT_TRUE(shows(Reply::kReprOtherThread, "<Lock(owner=SomeOtherThread)>"));
  EXPECT_TRUE(shows(Reply::kReprNotMine, "<Lock(owner=SomeOtherProcess)>"));
  EXPECT_FALSE(shows(Reply::kReprHeld, "<Lock(owner=None)>"));
  EXPECT_FALSE(shows(Reply::kReprAny, "Lock"));
  constexpr auto kRLock = model::LockKind::kRLock;
  EXPECT_TRUE(shows(Reply::kReprFree, "<RLock(None, 0)>", kRLock));
  EXPECT_TRUE(shows(Reply::kReprMine, "<RLock(MainProcess, 3)>", kRLock, 3));
  EXPECT_FALSE(shows(Reply::kReprMine, "<RLock(MainProcess, 2)>", kRLock, 3));
  EXPECT_TRUE(shows(Reply::kReprOtherProcess, "<RLock(SomeOtherProcess, nonzero)>", kRLock));
}

TEST(ReplyTest, CrashesAndHangsMatchNothing) {
  for (int reply = 0; reply <= static_cast<int>(Reply::kAnyRaised); ++reply) {
    for (const OutcomeKind kind : {OutcomeKind::kCrashed, OutcomeKind::kHung, OutcomeKind::kBlocks}) {
      EXPECT_FALSE(matches(done(static_cast<Reply>(reply)), Request(), {}, {kind, ""})) << reply;
    }
  }
}

TEST(ReplyTest, EachHasItsWords) {
  EXPECT_EQ(describe(done(Reply::kOpen), Request(), {}), "blocks");
  EXPECT_EQ(describe(done(Reply::kFalse), Request(), {}), "False");
  EXPECT_EQ(describe(done(Reply::kBodyRaised), Request(), {}), "raises RuntimeError(\"body\")");
  Options by_type;
  by_type.exact_messages = false;
  EXPECT_EQ(describe(done(Reply::kNotOwner), Request(), by_type), "raises AssertionError");
  EXPECT_EQ(describe(done(Reply::kReprMine, 2), request_of(model::LockKind::kRLock), {}), "<RLock((this process), 2)>");
}

}  // namespace
}  // namespace lockstep::spec
