#include "harness/processes/program.h"

#include <gtest/gtest.h>

#include <string>

#include "harness/processes/death.h"
#include "harness/replay/carrier.h"

namespace lockstep::processes {
namespace {

TEST(ProgramTest, WhatIsPrintedAndHowItEnds) {
  const Finished finished = run_program({"sh", "-c", "echo $WORD; echo no >&2; exit 3"}, {"WORD=yes"}, 60);
  EXPECT_EQ(finished.output, "yes\n");
  EXPECT_EQ(finished.errors, "no\n");
  EXPECT_EQ(finished.death, "exit status 3");
}

TEST(ProgramTest, OneThatDoesNotEndIsKilledWithWhatItStarted) {
  Finished finished;
  for (double seconds = 0.2; finished.output.empty(); seconds *= 2) {  // until it has the time to say whom it started
    finished = run_program({"sh", "-c", "sleep 1000 & echo $!; wait"}, {}, seconds);
  }
  EXPECT_EQ(finished.death, "signal 9");
  const int child = std::stoi(finished.output);
  EXPECT_TRUE(death_of_process(child).has_value()) << "process " << child << " is still there";
}

TEST(ProgramTest, OneThatIsNotThereIsNamed) {
  try {
    (void)run_program({"/no/such/program"}, {}, 1);
    FAIL();
  } catch (const replay::AdapterError& error) {
    EXPECT_STREQ(error.what(), "can't execute /no/such/program: No such file or directory");
  }
}

}  // namespace
}  // namespace lockstep::processes
