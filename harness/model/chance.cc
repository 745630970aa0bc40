#include "harness/model/chance.h"

#include "harness/base/random.h"

namespace lockstep::model {
namespace {

base::Random random_for(const Chance& chance, std::uint64_t purpose) {
  return base::Random(chance.seed + 0x9e3779b97f4a7c15ULL * (std::uint64_t{chance.step} + 1) + purpose);
}

}  // namespace

std::uint32_t Chance::any(std::uint32_t count) const { return random_for(*this, choice).below(count); }

std::uint32_t Chance::next(const std::uint8_t* options, std::uint32_t count) const {
  if (pct_depth == 0) {
    return any(count);
  }
  std::uint32_t best = highest(options, count);
  if (priorities_change()) {
    lowered[options[best]] = decision + 1;
    best = highest(options, count);
  }
  return best;
}

// Lowered priorities are below all others, and the later lowered the lower.
std::uint64_t Chance::priority(std::uint8_t option) const {
  return lowered[option] != 0 ? kDecisionsMax - lowered[option]
                              : (random_for(*this, 1ULL << 32U | option).next() | 1ULL << 63U);
}

std::uint32_t Chance::highest(const std::uint8_t* options, std::uint32_t count) const {
  std::uint32_t best = 0;
  for (std::uint32_t at = 1; at < count; ++at) {
    best = priority(options[at]) > priority(options[best]) ? at : best;
  }
  return best;
}

bool Chance::priorities_change() const {
  for (std::uint64_t change = 1; change < pct_depth; ++change) {
    if (random_for(*this, 2ULL << 32U | change).below(horizon) == decision) {
      return true;
    }
  }
  return false;
}

}  // namespace lockstep::model
