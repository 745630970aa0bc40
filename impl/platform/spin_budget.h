#pragma once

#include <algorithm>

namespace lockstep::impl {

// How often one thread looks at a word before it sleeps.
//
// As a rule for about a microsecond, much less than it costs to sleep. But two threads that hand a lock to and fro, and
// both slept once, would then sleep for ever: whoever is woken finds the other asleep, because waking takes longer than
// the look. So when looking has been in vain for a while, it lasts longer than a wake-up does, once. If that catches
// the other one awake, both stay awake. If not, the next such look is twice as far off: in a row of vain looks, its
// cost falls from about that of the wake-ups in between to less than a per cent.
class SpinBudget {
 public:
  static constexpr int kPatienceMin = 2;
  static constexpr int kPatienceMax = 1024;

  constexpr SpinBudget() = default;  // never looks: for one processor
  constexpr SpinBudget(int usual, int extended) : usual_(usual), extended_(extended) {}

  // In looks at the word.
  [[nodiscard]] constexpr int next() const { return in_vain_ + 1 < patience_ ? usual_ : extended_; }

  // Takes note of whether next() looks were enough.
  constexpr void note(bool enough) {
    if (enough) {
      in_vain_ = 0;
      patience_ = kPatienceMin;
    } else if (++in_vain_ == patience_) {
      in_vain_ = 0;
      patience_ = std::min(2 * patience_, kPatienceMax);
    }
  }

 private:
  int usual_ = 0;
  int extended_ = 0;
  int in_vain_ = 0;
  int patience_ = kPatienceMin;  // of so many in a row that are in vain, the last one is extended
};

}  // namespace lockstep::impl
