#include "harness/cli/nightly.h"

#include <cstdlib>
#include <filesystem>
#include <fstream>

#include <unistd.h>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "harness/cli/campaign.h"

namespace lockstep::cli {
namespace {

constexpr std::uint64_t kNever = UINT64_MAX;

// Makes up traces and choices that depend on script and seed alone, except in the `fault`-th replay, counted from 1.
class MadeUp : public replay::Scheduled {
 public:
  enum class Fault : std::uint8_t { kTrace, kChoice };
  explicit MadeUp(std::uint64_t fault = kNever, Fault kind = Fault::kTrace) : fault_(fault), kind_(kind) {}

  std::vector<trace::Trace> replay(std::span<const replay::Item> items) override {
    std::vector<trace::Trace> traces;
    for (const replay::Item& item : items) {
      trace::Trace& trace = traces.emplace_back();
      const bool wrong = ++replays_ == fault_;
      trace.choices = item.script->schedule;
      if (trace.choices.empty()) {
        trace.choices = {static_cast<std::uint32_t>(item.seed % 3), 0};
      }
      trace.events.resize(item.script->steps.size() + trace.choices.front() +
                          (wrong && kind_ == Fault::kTrace ? 1 : 0));
      trace.choices.back() += wrong && kind_ == Fault::kChoice ? 1 : 0;
    }
    return traces;
  }

  std::span<const replay::Played> play(const model::Script& script,
                                       std::span<const replay::Schedule> schedules) override {
    taken_.clear();
    played_.clear();
    for (const replay::Schedule& schedule : schedules) {
      const bool wrong = ++replays_ == fault_;
      taken_.push_back({static_cast<std::uint8_t>(schedule.seed % 3 + (wrong && kind_ == Fault::kChoice ? 1 : 0))});
      played_.push_back({});
      played_.back().behaviour =
          schedule.seed ^ script.steps.size() ^ (wrong && kind_ == Fault::kTrace ? 1ULL << 63U : 0);
    }
    for (std::size_t at = 0; at < played_.size(); ++at) {
      played_[at].taken = taken_[at];
    }
    return played_;
  }

  [[nodiscard]] trace::Trace trace_of(std::size_t) const override { return {}; }
  void renew() override {}

 private:
  std::uint64_t fault_;
  Fault kind_;
  std::uint64_t replays_ = 0;
  std::vector<std::vector<std::uint8_t>> taken_;
  std::vector<replay::Played> played_;
};

bool any(const model::Script&) { return true; }

TEST(RepeatTest, EqualReplaysDoNotDiffer) {
  MadeUp carrier;
  const Replays sum = repeat(carrier, any, script::Profile(), 1, 1000);
  EXPECT_GE(sum.replays, 1000U);
  EXPECT_EQ(sum.differing, 0U);
}

TEST(RepeatTest, OneOtherReplayIsNoticedWhereverItComes) {
  for (const auto kind : {MadeUp::Fault::kTrace, MadeUp::Fault::kChoice}) {
    for (const std::uint64_t fault : {1U, 10U, 300U, 500U, 999U}) {
      MadeUp carrier(fault, kind);
      const Replays sum = repeat(carrier, any, script::Profile(), 1, 1000);
      EXPECT_GE(sum.differing, 1U) << fault;
      EXPECT_FALSE(sum.first.empty());
    }
  }
}

TEST(RepeatTest, WhatTheCarrierCantPlayIsPassedOver) {
  MadeUp carrier;
  const auto short_ones = [](const model::Script& script) { return script.steps.size() < 20; };
  EXPECT_GT(repeat(carrier, short_ones, script::Profile(), 1, 1000).passed_over, 0U);
}

script::Profile short_profile() {
  script::Profile profile;
  profile.steps = 8;
  return profile;
}

TEST(ReplayTokensTest, BothTokensLeadToTheOriginal) {
  MadeUp carrier;
  const Replays sum = replay_tokens(carrier, short_profile(), 1, 1000);
  EXPECT_GE(sum.replays, 1000U);
  EXPECT_EQ(sum.differing, 0U);
}

TEST(ReplayTokensTest, AnotherTraceOrChoiceIsNoticed) {
  for (const auto kind : {MadeUp::Fault::kTrace, MadeUp::Fault::kChoice}) {
    for (const std::uint64_t fault : {300U, 301U}) {  // one of each kind of token
      MadeUp carrier(fault, kind);
      const Replays sum = replay_tokens(carrier, short_profile(), 1, 1000);
      EXPECT_EQ(sum.differing, 1U);
      EXPECT_FALSE(sum.first.empty());
    }
  }
}

TEST(LoadTest, ScalesButNeverToNothing) {
  EXPECT_EQ((Load{1, 0.5}.of(1000)), 500U);
  EXPECT_GT((Load{1, 1e-9}.of(1000)), 0U);
}

// A checkout whose front door says what it was asked for, and fails if that is `--check-oss-fuzz`.
constexpr const char* kFrontDoor = "import sys\nprint(*sys.argv[1:])\nsys.exit('--check-oss-fuzz' in sys.argv)\n";

// Modules and programs that say their name and their words.
void make_module(const std::filesystem::path& file, const char* name) {
  std::filesystem::create_directories(file.parent_path());
  std::ofstream(file) << "import sys\nprint('" << name << "', *sys.argv[1:])\n";
}

void make_program(const std::filesystem::path& file) {
  std::filesystem::create_directories(file.parent_path());
  std::ofstream(file) << "#!/bin/sh\necho ${0##*/} $@\n";
  std::filesystem::permissions(file, std::filesystem::perms::owner_all);
}

TEST(NightlyProgramsTest, EachIsAPartAndItsExitStatusDecides) {
  namespace fs = std::filesystem;
  const fs::path checkout = fs::path(testing::TempDir()) / ("lockstep-nightly-" + std::to_string(getpid()));
  make_module(checkout / "fuzz" / "coverage.py", "coverage");
  make_module(checkout / "fuzz" / "planted" / "__main__.py", "planted");
  make_module(checkout / "impl" / "cpython_tests" / "__main__.py", "tests");
  make_module(checkout / "impl" / "sanitized.py", "sanitized");
  make_module(checkout / "conformance" / "installed" / "__main__.py", "installed");
  make_program(checkout / "build" / "impl" / "lock" / "impl_lock_soak");
  make_program(checkout / "build" / "impl" / "platform" / "sim" / "impl_lock_proof");
  std::ofstream(checkout / "run_tests.py") << kFrontDoor;
  Home home;
  const char* const python = std::getenv("LOCKSTEP_PYTHON");
  home.python = python != nullptr ? python : "python3";
  home.checkout = checkout;
  home.packages = checkout / "build" / "python";
  fs::create_directories(home.packages);
  const std::vector<Part> parts = run_programs(home, {7, 1}, 3);
  fs::remove_all(checkout);
  ASSERT_EQ(parts.size(), 9U);
  EXPECT_EQ(parts[0].details, "  fuzz --seconds 3600 --seed 8 --jobs 3 --quiet\n");
  EXPECT_EQ(parts[1].details, "  coverage --missing\n");
  EXPECT_EQ(parts[2].details, "  planted --jobs 3\n");
  EXPECT_TRUE(parts[0].passed && parts[1].passed && parts[2].passed);
  EXPECT_FALSE(parts[3].passed);
  EXPECT_EQ(parts[3].measured, "exit status 1");
  EXPECT_EQ(parts[4].details, "  tests --jobs 3\n");
  EXPECT_EQ(parts[5].details, "  installed --jobs 3\n");
  EXPECT_EQ(parts[6].details, "  sanitized\n");
  EXPECT_EQ(parts[7].details, "  impl_lock_proof night\n");
  EXPECT_EQ(parts[8].details, "  impl_lock_soak 10000000 5000\n");
}

TEST(NightlyProgramsTest, AreForAWholeNightOnly) { EXPECT_TRUE(run_programs({}, {7, 0.5}, 1).empty()); }

}  // namespace
}  // namespace lockstep::cli
