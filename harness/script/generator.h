#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string>

#include "harness/base/random.h"
#include "harness/model/script.h"
#include "harness/script/generate.h"
#include "harness/script/sketch.h"

namespace lockstep::script {

// Writes one script, step by step; generate() is its only user.
class Generator {
 public:
  Generator(const Profile& profile, std::uint64_t seed, std::uint64_t index);
  [[nodiscard]] model::Script run();

 private:
  enum Action : std::uint8_t {
    kAcquire,
    kTry,
    kTimed,
    kRelease,
    kWith,
    kPause,
    kRepr,
    kOddBlock,
    kLocked,
    kRace,
    kStartThread,
    kStartProcess,
    kFork,
    kExit,
    kKill,
    kStop,
    kSignal,
    kClock,
    kActions
  };

  // Who does it to which lock.
  struct Aim {
    int actor = 0;
    int lock = 0;
  };

  void write_head();
  void choose_weights();
  [[nodiscard]] Action pick_action();
  [[nodiscard]] bool write_step();
  bool wake_somebody();
  bool take(Action action);

  // generate.cc: calls, pauses.
  void write_call(Action action, Sketch::Actors actors);
  void acquire(Action action, Sketch::Actors actors);
  void release(Sketch::Actors actors);
  void plain(model::Method method, Sketch::Actors actors);
  void pause();
  void race();
  [[nodiscard]] Aim aim_at_held(Sketch::Actors actors);
  [[nodiscard]] std::int64_t write_timeout(model::Call& call);
  model::Step& add_call(Aim aim, model::Method method);

  // generate_lifecycle.cc: processes, threads, signals. False if there is nobody to do it to.
  bool lifecycle(Action action);
  bool start(Action action);
  bool end(Action action);
  bool stop();
  bool signal();
  model::Step& add_step(model::StepKind kind);
  int add_actor(int process, bool main_thread);
  int add_process(std::string name);

  [[nodiscard]] int pick(Sketch::Actors actors);
  [[nodiscard]] int below(int bound) { return static_cast<int>(random_.below(static_cast<std::uint32_t>(bound))); }

  const Profile& profile_;
  base::Random random_;
  model::Script script_;
  Sketch sketch_;
  std::array<std::uint32_t, kActions> weights_{};
  std::uint32_t weight_ = 0;  // their sum
  bool edges_ = false;
  int stopped_ = -1;  // the process that is stopped, if one is
};

}  // namespace lockstep::script
