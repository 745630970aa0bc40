#pragma once

#include <cstdint>

namespace lockstep::model {

// Of one race: more means that its calls do not end.
inline constexpr std::uint32_t kDecisionsMax = 2000;

// How the choices of a run come out that nothing pins and that are not simply the first option: at random, or by PCT
// (Burckhardt, Kothari, Musuvathi, Nagarakatte, "A randomized scheduler with probabilistic guarantees of finding bugs",
// ASPLOS 2010): the option of the highest random priority, with pct_depth - 1 changes of priority at random places.
//
// A function of its members: what one choice comes to does not depend on how many came before it in other steps, or two
// implementations that differ once would differ in everything after.
struct Chance {
  std::uint64_t seed = 0;
  std::uint32_t step = 0;            // of the script
  std::uint32_t choice = 0;          // so many came before in this step
  std::uint8_t pct_depth = 0;        // 0: any option is as likely as another
  std::uint32_t decision = 0;        // so many came before in this race
  std::uint32_t horizon = 1;         // how many decisions the race will take, roughly
  std::uint32_t* lowered = nullptr;  // by option: 0, or 1 + the decision at which its priority was lowered

  // One of `count`. REQUIRES: count > 0.
  [[nodiscard]] std::uint32_t any(std::uint32_t count) const;

  // What happens next in a race: a place in `options`, whose numbers stay the same through the race and index
  // `lowered`: they are what priorities belong to. REQUIRES: count > 0, decision < kDecisionsMax.
  [[nodiscard]] std::uint32_t next(const std::uint8_t* options, std::uint32_t count) const;

 private:
  [[nodiscard]] std::uint64_t priority(std::uint8_t option) const;
  [[nodiscard]] std::uint32_t highest(const std::uint8_t* options, std::uint32_t count) const;
  [[nodiscard]] bool priorities_change() const;
};

}  // namespace lockstep::model
