#pragma once

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>

namespace lockstep::impl::sim {

inline constexpr std::size_t kThreadsMax = 8;
inline constexpr std::size_t kWordsMax = 16;

// What happened before, as one thread knows it, or as one store hands it on. Views as in Kang et al., "A promising
// semantics for relaxed-memory concurrency", POPL 2017; clocks as in Flanagan and Freund, "FastTrack", PLDI 2009.
struct View {
  using Stores = std::array<std::int32_t, kWordsMax>;
  using Clocks = std::array<std::int32_t, kThreadsMax>;

  Stores stores{};  // Of each word the store, by its number, before which nothing may be read any more.
  Clocks clocks{};  // Of each thread the part that happened before.

  static void join(Stores& into, const Stores& other) {
    for (std::size_t i = 0; i < into.size(); ++i) {
      into[i] = std::max(into[i], other[i]);
    }
  }
  // A store of this word gets the number `place`: the later ones move up.
  void make_room(std::size_t word, std::int32_t place) { stores[word] += stores[word] >= place ? 1 : 0; }

  void join(const View& other) {
    join(stores, other.stores);
    for (std::size_t i = 0; i < clocks.size(); ++i) {
      clocks[i] = std::max(clocks[i], other.clocks[i]);
    }
  }
};

}  // namespace lockstep::impl::sim
