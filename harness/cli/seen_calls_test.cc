#include "harness/cli/seen_calls.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "harness/script/parse.h"

namespace lockstep::cli {
namespace {

using script::SeenCall;
using ::testing::ElementsAre;
using trace::EventKind;

const model::Outcome kTrue{model::OutcomeKind::kTrue, ""};
const model::Outcome kNone{model::OutcomeKind::kNone, ""};

// Steps 0, 2 and 3 are a's, 1 and 4 are b's, 6 is a's again; 2 to 5 are the race.
class SeenCallsTest : public testing::Test {
 protected:
  void add(EventKind kind, int step, const model::Outcome& outcome = {}) {
    trace_.events.push_back({kind, step, -1, outcome, 0});
    if (step >= 0) {
      trace_.events.back().actor = script_.steps[static_cast<std::size_t>(step)].actor;
    }
  }

  [[nodiscard]] std::vector<SeenCall> seen() const {
    return seen_calls(script_, trace_, static_cast<int>(trace_.events.size()) - 1);
  }

  model::Script script_ = script::parse(
                              "lock L = Lock()\nprocess P: a\nprocess Q: b\na: L.acquire()\nb: L.acquire()\nrace\n"
                              "a: L.release()\nb: L.release()\na: L.acquire()\nend\na: L.release()\n",
                              "")
                              .value();
  trace::Trace trace_;
};

TEST_F(SeenCallsTest, OfRacesTheirOrderIsKept) {
  add(EventKind::kInvoked, 0);
  add(EventKind::kReturned, 0, kTrue);
  add(EventKind::kInvoked, 3);
  add(EventKind::kReturned, 3, kNone);
  add(EventKind::kInvoked, 4);
  add(EventKind::kInvoked, 5);
  add(EventKind::kReturned, 4, kNone);
  EXPECT_THAT(seen(), ElementsAre(SeenCall{0, "True", false, {}}, SeenCall{3, "None", false, {}},
                                  SeenCall{4, "None", false, {3}}, SeenCall{5, "", false, {}}))
      << "a's own order goes without saying, and nothing is known of its acquire yet";
}

TEST_F(SeenCallsTest, WhatIsOpenWhenAllIsQuietIsBlocked) {
  add(EventKind::kInvoked, 0);
  add(EventKind::kReturned, 0, kTrue);
  add(EventKind::kInvoked, 1);
  add(EventKind::kBlocked, 1);
  add(EventKind::kInvoked, 3);
  EXPECT_THAT(seen(), ElementsAre(SeenCall{0, "True", false, {}}, SeenCall{1, "blocks", true, {}},
                                  SeenCall{3, "blocks", false, {}}));
  add(EventKind::kReturned, 3, kNone);
  add(EventKind::kReturned, 1, kTrue);
  EXPECT_THAT(seen(), ElementsAre(SeenCall{0, "True", false, {}}, SeenCall{1, "True", true, {}},
                                  SeenCall{3, "None", false, {}}));
}

TEST_F(SeenCallsTest, OfAPendingCallNothingIsKnown) {
  add(EventKind::kInvoked, 0);
  add(EventKind::kPending, 0);
  add(EventKind::kEnded, -1);
  EXPECT_THAT(seen(), ElementsAre(SeenCall{0, "", false, {}}));
}

}  // namespace
}  // namespace lockstep::cli
