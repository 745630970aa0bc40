#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <type_traits>
#include <vector>

#include "harness/spec/reply.h"
#include "harness/spec/state.h"

namespace lockstep::judge {

// One way to explain a trace so far: the locks, and how far each actor's open call has got.
struct Configuration {
  spec::State state;
  std::array<spec::Progress, spec::kActorsMax> calls{};
  bool operator==(const Configuration&) const = default;
};
static_assert(std::has_unique_object_representations_v<Configuration>);

// Configurations without repetition, in the order of insertion. Keeps its memory when cleared. A handful is searched
// one by one, which is all that a script without races needs; more are hashed.
class ConfigurationSet {
 public:
  // Whether it was not there yet.
  bool insert(const Configuration& configuration);

  // Changes every one of them. REQUIRES: two that differ still do afterwards.
  template <typename Change>
  void change_all(Change change) {
    slots_.clear();
    for (Configuration& configuration : items_) {
      change(configuration);
    }
  }

  void clear();
  void swap(ConfigurationSet& other);
  [[nodiscard]] bool empty() const { return items_.empty(); }
  [[nodiscard]] std::size_t size() const { return items_.size(); }
  [[nodiscard]] const Configuration& operator[](std::size_t i) const { return items_[i]; }
  [[nodiscard]] const Configuration* begin() const { return items_.data(); }
  [[nodiscard]] const Configuration* end() const { return items_.data() + items_.size(); }

 private:
  void rebuild(std::size_t slots);
  bool insert_hashed(std::uint32_t item);

  std::vector<Configuration> items_;
  std::vector<std::uint32_t> slots_;  // index + 1, or 0; open addressing, a power of two long; empty while few
};

}  // namespace lockstep::judge
