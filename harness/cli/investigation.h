#pragma once

#include <optional>
#include <string>

#include "harness/cli/tally.h"

namespace lockstep::cli {

// A divergence as it is reported: confirmed in fresh processes and shrunk to a script of which no step can be spared.
struct Divergence {
  std::size_t subject = 0;
  bool known = false;
  std::string expectation;  // its id and reason, if it is known
  std::string reason;
  std::uint64_t occurrences = 0;
  model::Script script;
  trace::Trace trace;            // the subject's
  trace::Trace reference_trace;  // of the same script, in virtual time
  judge::Finding finding;
  int steps_before_shrinking = 0;
};

// Looks closer at an example: repeats it in fresh processes, then shrinks it, script and choices together.
// `expectation` is what makes it known; empty for an unexpected one. Nothing, if it does not happen again in any of
// three tries: then `why_not` says so.
class Investigator {
 public:
  Investigator(const std::vector<Subject>& subjects, const Plan& plan, const Home& home);

  [[nodiscard]] std::optional<Divergence> investigate(std::size_t subject, const model::Script& script,
                                                      std::uint64_t seed, const std::string& expectation);

  // The same for the example of a campaign.
  [[nodiscard]] std::optional<Divergence> investigate(std::size_t subject, const Example& example,
                                                      const std::string& expectation);

 private:
  const std::vector<Subject>& subjects_;
  const Plan& plan_;
  const Home& home_;
  std::vector<Group> groups_;
};

}  // namespace lockstep::cli
