#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "harness/judge/player.h"
#include "harness/model/script.h"
#include "harness/spec/options.h"

namespace lockstep::fuzz {

// What a target of cases reads in a text: a script, and the numbers of its schedule, which choose all else.
class Case {
 public:
  // Nothing if the text is no script, or one that the judge does not read, or would take long to explain.
  [[nodiscard]] static std::optional<Case> read(std::span<const std::uint8_t> input);

  [[nodiscard]] const model::Script& script() const { return script_; }  // without a schedule

  // The next choice: one of so many, the first when the schedule is used up.
  std::uint32_t choose(std::uint32_t ways) { return next_ < choices_.size() ? choices_[next_++] % ways : 0; }
  judge::Flaw choose_flaw();
  spec::Options choose_options();  // an edition, which may have no locked(), and a level

  // What a lock with this flaw does with the script; its way is chosen.
  trace::Trace play(const model::Script& script, judge::Flaw flaw, const spec::Options& options);

 private:
  Case() = default;

  model::Script script_;
  std::vector<std::uint32_t> choices_;
  std::size_t next_ = 0;
};

// The property of a target of cases, which defines it; case.cc makes an input a case.
void check_case(Case read);

// Under every policy there is.
[[nodiscard]] spec::Options with_every_policy(spec::Options options);

}  // namespace lockstep::fuzz
