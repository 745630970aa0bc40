#pragma once

#include <string>
#include <vector>

#include "harness/model/script.h"
#include "harness/script/cursor.h"
#include "harness/script/spelling.h"

namespace lockstep::script {

// Reads one step, of a script that has started so many actors and processes; those that the step starts are added to
// it. False, and a failure in the cursor, if the line is no step. Rules beyond the grammar are StepRules's business.
[[nodiscard]] bool parse_step(Cursor& cursor, model::Script& script, int actors, int processes, model::Step& step);

// Reads the name of a new lock, process or actor; kind is "a lock" and so on.
template <typename Declaration>
[[nodiscard]] bool new_name(Cursor& cursor, const std::vector<Declaration>& declarations, const std::string& kind,
                            std::string& name) {
  name = cursor.word();
  if (!is_name(name)) {
    return cursor.fail_last("expected a name for " + kind + ": letters, digits and _, no word of the language");
  }
  for (const Declaration& other : declarations) {
    if (other.name == name) {
      return cursor.fail_last("expected a new name: there is " + kind + " '" + name + "' already");
    }
  }
  return true;
}

// The same of an actor, of which there are at most kActorsMax.
[[nodiscard]] bool new_actor_name(Cursor& cursor, const model::Script& script, std::string& name);

}  // namespace lockstep::script
