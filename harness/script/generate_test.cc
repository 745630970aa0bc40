#include "harness/script/generate.h"

#include <gtest/gtest.h>

#include <cmath>
#include <cstdint>
#include <string>
#include <vector>

#include "harness/model/value.h"
#include "harness/script/parse.h"
#include "harness/script/print.h"
#include "harness/script/validate.h"

namespace lockstep::script {
namespace {

using model::Script;
using model::StepKind;

Profile everything() {
  Profile profile;
  profile.races = profile.edition_edges = profile.reprs = true;
  profile.lifecycle_percent = profile.edge_percent = 100;
  profile.actors_max = 8;
  return profile;
}

std::vector<Profile> profiles() {
  std::vector<Profile> list = {Profile(), real_time_profile(), everything()};
  list.push_back(everything());
  list.back().real_time = true;
  list.back().steps = 200;
  list.push_back(Profile());
  list.back().actors_min = list.back().actors_max = 1;
  list.back().rlock = false;
  list.push_back(Profile());
  list.back().steps = 1;
  list.back().lock = false;
  return list;
}

TEST(GenerateTest, ScriptsAreValidAndSurvivePrinting) {
  for (const Profile& profile : profiles()) {
    for (std::uint64_t i = 0; i < 2000; ++i) {
      const Script script = generate(profile, 7, i);
      const auto error = validate(script);
      const std::string text = print(script);
      ASSERT_FALSE(error.has_value()) << error->text() << "\n" << text;
      const base::Result<Script> again = parse(text, "generated.lks");
      ASSERT_TRUE(again.ok()) << again.error().text() << "\n" << text;
      ASSERT_EQ(again.value(), script) << text;
      ASSERT_EQ(print(again.value()), text);
      ASSERT_LE(script.steps.size(), static_cast<std::size_t>(profile.steps));
    }
  }
}

TEST(GenerateTest, AScriptIsAFunctionOfItsArguments) {
  EXPECT_EQ(generate(Profile(), 1, 2), generate(Profile(), 1, 2));
  EXPECT_NE(generate(Profile(), 1, 2), generate(Profile(), 1, 3));
  EXPECT_NE(generate(Profile(), 1, 2), generate(Profile(), 2, 2));
}

// Tokens of generated scripts name a seed only, so what a seed gives must never change within a version of the tokens.
TEST(GenerateTest, TheScriptsOfVersion1StayWhatTheyAre) {
  std::uint64_t hash = 14695981039346656037ULL;  // FNV-1a
  for (const Profile& profile : profiles()) {
    for (std::uint64_t i = 0; i < 300; ++i) {
      for (const char c : print(generate(profile, 42, i))) {
        hash = (hash ^ static_cast<unsigned char>(c)) * 1099511628211ULL;
      }
    }
  }
  EXPECT_EQ(hash, 8387933991383581456ULL);
}

// Plays a script by itself, waiters first come first served, and notes what the generator promises. Independent of the
// generator's own sketch, and only of what default profiles have.
class Player {
 public:
  explicit Player(const Script& script)
      : script_(script), holder_(script.locks.size(), -1), depth_(script.locks.size(), 0) {
    waits_.resize(script.actors.size());
    for (const model::Step& step : script.steps) {
      play(step);
    }
  }
  bool contended = false;
  bool timeout_matters = false;
  int skipped = 0;

 private:
  struct Wait {
    int lock = -1;
    bool with = false;
    bool timed = false;
    std::int64_t deadline = 0;
    int turn = 0;
  };

  void play(const model::Step& step) {
    if (step.kind == StepKind::kPause) {
      now_ += step.seconds.nanoseconds;
      for (Wait& wait : waits_) {
        if (wait.lock >= 0 && wait.timed && wait.deadline <= now_) {
          timeout_matters = true;
          wait.lock = -1;
        }
      }
    } else if (step.kind == StepKind::kCall) {
      if (waits_[static_cast<std::size_t>(step.actor)].lock >= 0) {
        ++skipped;
      } else {
        call(step.actor, step.call);
      }
    }
  }

  void call(int actor, const model::Call& call) {
    const auto lock = static_cast<std::size_t>(call.lock);
    const bool recursive = script_.locks[lock].kind == model::LockKind::kRLock;
    if (call.method == model::Method::kRelease) {
      if (holder_[lock] >= 0 && (!recursive || holder_[lock] == actor) && --depth_[lock] == 0) {
        holder_[lock] = -1;
        hand_over(lock);
      }
      return;
    }
    const bool with = call.method == model::Method::kWith;
    if (holder_[lock] < 0 || (recursive && holder_[lock] == actor)) {
      holder_[lock] = with && holder_[lock] < 0 ? -1 : actor;
      depth_[lock] += with ? 0 : 1;
      return;
    }
    Wait wait{call.lock, with, false, now_, turn_++};
    for (const model::Argument& argument : call.arguments) {
      const model::Value value = model::parse_value(argument.spelling).value();
      if (value.kind == model::ValueKind::kBool && argument.keyword != "timeout") {
        if (!value.truth) {
          return;
        }
      } else if (value.kind != model::ValueKind::kNone && value.number < 1e9) {
        if (!(value.number > 0)) {
          return;
        }
        wait.timed = true;
        wait.deadline = now_ + std::llround(value.number * 1e9);
      }
    }
    contended = true;
    waits_[static_cast<std::size_t>(actor)] = wait;
  }

  void hand_over(std::size_t lock) {
    while (holder_[lock] < 0) {
      int first = -1;
      for (std::size_t i = 0; i < waits_.size(); ++i) {
        if (waits_[i].lock == static_cast<int>(lock) &&
            (first < 0 || waits_[i].turn < waits_[static_cast<std::size_t>(first)].turn)) {
          first = static_cast<int>(i);
        }
      }
      if (first < 0) {
        return;
      }
      Wait& wait = waits_[static_cast<std::size_t>(first)];
      wait.lock = -1;
      timeout_matters = timeout_matters || wait.timed;
      holder_[lock] = wait.with ? -1 : first;
      depth_[lock] = wait.with ? 0 : 1;
    }
  }

  const Script& script_;
  std::vector<int> holder_;
  std::vector<int> depth_;
  std::vector<Wait> waits_;
  std::int64_t now_ = 0;
  int turn_ = 0;
};

TEST(GenerateTest, HalfOfTheScriptsWaitAndAFifthHaveATimeoutThatMatters) {
  for (Profile profile : {Profile(), real_time_profile()}) {
    profile.lifecycle_percent = 0;
    int contended = 0;
    int timeouts = 0;
    std::size_t steps = 0;
    int skipped = 0;
    constexpr int kScripts = 5000;
    for (std::uint64_t i = 0; i < kScripts; ++i) {
      const Script script = generate(profile, 3, i);
      const Player player(script);
      contended += player.contended ? 1 : 0;
      timeouts += player.timeout_matters ? 1 : 0;
      skipped += player.skipped;
      steps += script.steps.size();
    }
    EXPECT_GT(contended, kScripts / 2);
    EXPECT_GT(timeouts, kScripts / 5);
    EXPECT_LT(skipped * 50, static_cast<int>(steps));
    EXPECT_GT(steps, static_cast<std::size_t>(profile.steps) * kScripts * 8 / 10);
    RecordProperty("contended", contended);
    RecordProperty("timeouts", timeouts);
    RecordProperty("steps", static_cast<int>(steps));
  }
}

TEST(GenerateTest, OnlyWhatTheProfileAsksForHappens) {
  Profile profile;
  profile.lifecycle_percent = 0;
  profile.edge_percent = 0;
  profile.rlock = false;
  for (std::uint64_t i = 0; i < 1000; ++i) {
    const Script script = generate(profile, 5, i);
    EXPECT_EQ(script.locks[0].kind, model::LockKind::kLock);
    for (const model::Step& step : script.steps) {
      EXPECT_TRUE(step.kind == StepKind::kCall || step.kind == StepKind::kPause);
      EXPECT_TRUE(step.call.method != model::Method::kLocked && step.call.method != model::Method::kRepr);
      for (const model::Argument& argument : step.call.arguments) {
        const model::Value value = model::parse_value(argument.spelling).value();
        EXPECT_TRUE(value.kind == model::ValueKind::kBool || value.number > 0);
      }
    }
  }
}

TEST(GenerateTest, EveryKindOfStepHappens) {
  unsigned kinds = 0;
  for (std::uint64_t i = 0; i < 200; ++i) {
    for (const model::Step& step : generate(everything(), 5, i).steps) {
      kinds |= 1U << static_cast<unsigned>(step.kind);
    }
  }
  EXPECT_EQ(kinds, (1U << static_cast<unsigned>(StepKind::kExpectation)) - 1);
}

TEST(GenerateTest, ImpossibleProfilesAreRefused) {
  for (const auto spoil : {+[](Profile& p) { p.steps = 0; }, +[](Profile& p) { p.actors_min = 5; },
                           +[](Profile& p) { p.actors_max = 9; }, +[](Profile& p) { p.locks_max = 3; },
                           +[](Profile& p) { p.lock = p.rlock = false; }, +[](Profile& p) { p.edge_percent = 101; }}) {
    Profile profile;
    spoil(profile);
    EXPECT_FALSE(is_valid(profile));
  }
  EXPECT_TRUE(is_valid(everything()));
}

}  // namespace
}  // namespace lockstep::script
