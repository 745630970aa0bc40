#include "impl/platform/spin_budget.h"

#include <gtest/gtest.h>

namespace lockstep::impl {
namespace {

constexpr int kUsual = 10;
constexpr int kExtended = 500;

// How many usual looks come before an extended one, none of them enough. The extended one has been noted, too.
int usual_looks(SpinBudget& budget) {
  int looks = 0;
  while (budget.next() == kUsual) {
    ++looks;
    budget.note(false);
  }
  EXPECT_EQ(budget.next(), kExtended);
  budget.note(false);
  return looks;
}

TEST(SpinBudget, OneProcessorIsNoPlaceToSpin) { EXPECT_EQ(SpinBudget().next(), 0); }

TEST(SpinBudget, LooksLongerOnceItWasInVainForAWhile) {
  SpinBudget budget(kUsual, kExtended);
  EXPECT_EQ(usual_looks(budget), SpinBudget::kPatienceMin - 1);
  EXPECT_EQ(budget.next(), kUsual);
}

TEST(SpinBudget, ALookThatIsEnoughStartsAnew) {
  SpinBudget budget(kUsual, kExtended);
  for (int look = 0; look < 10; ++look) {
    budget.note(false);
  }
  budget.note(true);
  EXPECT_EQ(usual_looks(budget), SpinBudget::kPatienceMin - 1);
  EXPECT_EQ(usual_looks(budget), 2 * SpinBudget::kPatienceMin - 1);
  budget.note(true);
  EXPECT_EQ(usual_looks(budget), SpinBudget::kPatienceMin - 1);
}

TEST(SpinBudget, WhereItIsHopelessLongLooksGetRare) {
  SpinBudget budget(kUsual, kExtended);
  for (int patience = SpinBudget::kPatienceMin; patience < SpinBudget::kPatienceMax; patience *= 2) {
    EXPECT_EQ(usual_looks(budget), patience - 1);
  }
  EXPECT_EQ(usual_looks(budget), SpinBudget::kPatienceMax - 1);
  EXPECT_EQ(usual_looks(budget), SpinBudget::kPatienceMax - 1);
}

}  // namespace
}  // namespace lockstep::impl
