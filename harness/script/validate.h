#pragma once

#include <optional>
#include <string>

#include "harness/base/result.h"
#include "harness/model/script.h"

namespace lockstep::script {

// The rules of the language that are not its grammar, one step after the other: every actor is used after its start,
// signals go to main threads, a race holds calls of different actors only, and so on (SCRIPT_FORMAT.md lists them).
// The parser asks it line by line, so that an error names its line.
class StepRules {
 public:
  // For a script whose head is complete. The script may grow while its steps are checked.
  explicit StepRules(const model::Script& script);

  // What is wrong with the next step; empty if nothing is.
  [[nodiscard]] std::string check(const model::Script& script, const model::Step& step);

  // What is wrong if the script ends here; empty if nothing is.
  [[nodiscard]] std::string check_end(const model::Script& script) const;

  // Actors and processes are numbered in the order of their start, so these counts say which there are so far.
  [[nodiscard]] int actors() const { return actors_; }
  [[nodiscard]] int processes() const { return processes_; }
  [[nodiscard]] bool in_race() const { return in_race_; }

 private:
  [[nodiscard]] std::string check_kind(const model::Script& script, const model::Step& step);
  [[nodiscard]] std::string check_start(const model::Script& script, const model::Step& step);
  [[nodiscard]] std::string check_race(const model::Step& step);

  int actors_ = 0;
  int processes_ = 0;
  int steps_ = 0;
  bool in_race_ = false;
  bool racing_ = false;  // and it has a call
};

// What is wrong with a script's declarations; empty if nothing is.
[[nodiscard]] std::string check_head(const model::Script& script);

// Whether print() gives a text that parse() reads back as this very script. The error's line is that of the step's
// source, or none, and then its message says which step it is.
[[nodiscard]] std::optional<base::InputError> validate(const model::Script& script);

}  // namespace lockstep::script
