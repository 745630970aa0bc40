#pragma once

#include <array>
#include <cstdint>

#include "harness/model/script.h"
#include "harness/trace/trace.h"

namespace lockstep::fuzz {

// Semantic coverage: which situations a trace shows, told to libFuzzer through its extra counters. A situation is how
// the caller stands to the lock (free, its own, its process's, another's; how deep), how many wait for it, the call and
// what came of it; or how a process that dies stands to it. Two in a row count as another one. Who holds what follows
// from the outcomes alone, so that a broken lock is followed too.
class Situations {
 public:
  void observe(const model::Script& script, const trace::Trace& trace);

 private:
  struct Lock {
    int holder = -1;
    int depth = 0;
    unsigned waiting = 0;  // a bit an actor
  };
  void count_call(const model::Script& script, const model::Step& step, int actor, unsigned ending);
  void count_death(const model::Script& script, int process);
  void count(unsigned situation);

  std::array<Lock, 8> locks_{};
  unsigned before_ = 0;
};

}  // namespace lockstep::fuzz
