#pragma once

#include <vector>

#include "harness/model/script.h"
#include "harness/script/cursor.h"

namespace lockstep::script {

// L.acquire(...), L.release(...), L.locked(...), repr(L), with L: body returns|raises. False, and a failure in the
// cursor, if something else comes.
[[nodiscard]] bool parse_call(Cursor& cursor, const model::Script& script, model::Call& call);

// X | Y | Z, each an outcome: True, False, None, blocks, raises ValueError("..."), "a repr".
[[nodiscard]] bool parse_outcomes(Cursor& cursor, std::vector<model::Outcome>& outcomes);

// The lock, process or actor of that name among the first `count`; -1, and a failure in the cursor, if there is none.
template <typename Declaration>
[[nodiscard]] int find_name(Cursor& cursor, const std::vector<Declaration>& declarations, int count, const char* kind) {
  const std::string_view name = cursor.word();
  std::string known;
  for (int i = 0; i < count; ++i) {
    const std::string& other = declarations[static_cast<std::size_t>(i)].name;
    if (other == name) {
      return i;
    }
    known += (known.empty() ? "" : ", ") + other;
  }
  cursor.fail_last("expected " + std::string(kind) + " declared or started above: " + known);
  return -1;
}

}  // namespace lockstep::script
