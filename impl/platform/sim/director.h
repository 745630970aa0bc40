#pragma once

namespace lockstep::impl::sim {

// Says when the threads of a World run: the hand of a script in a run. See World::set_director().
class Director {
 public:
  Director() = default;
  virtual ~Director() = default;
  Director(const Director&) = delete;
  Director& operator=(const Director&) = delete;

  // The body of the director's own thread. The run is over when it returns.
  virtual void direct() = 0;

  // The running thread is about to sleep on a word.
  virtual void falls_asleep(int thread) = 0;
};

}  // namespace lockstep::impl::sim
