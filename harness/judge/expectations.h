#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "harness/base/result.h"
#include "harness/judge/condition.h"
#include "harness/judge/explain.h"

namespace lockstep::judge {

// A place where an implementation is known to leave the specification: one [[divergence]] of an expectation file.
struct Divergence {
  std::string id;      // never reused
  std::string clause;  // globs, where * stands for any text; the one or the other
  std::string case_name;
  Condition when;
  std::optional<spec::Policy> policy;  // what the specification then allows besides
  std::string observed;  // a glob over the observed outcome: another one is a new divergence; may be empty
  std::string reason;
  std::string link;
  bool sometimes = false;  // need not show in every run
  std::string file;        // that it stands in
};

// Reads an expectation file, and those that it extends, from the folder it stands in:
//
//   extends = "cpython"                        # optional
//   [[divergence]]
//   id = "X-CPYTHON-001"
//   clause = "*.acquire.timeout-*"             # or: case = "lock/timeout_*"
//   when = 'python < "3.14"'                   # optional; see condition.h
//   policy = "timeout-overflow"                # or: observed = "raises OSError*"; both narrow it
//   reason = "..."
//   link = "https://..."                       # optional
//   sometimes = true                           # optional
//
// Errors (no such file, bad TOML, unknown keys, policies or conditions, what is missing, an id used twice, files that
// extend each other in a circle) name file and line.
[[nodiscard]] base::Result<std::vector<Divergence>> load_expectations(const std::string& path);

// The same of a text, as if it stood in the file, which need not be there.
[[nodiscard]] base::Result<std::vector<Divergence>> read_expectations(std::string_view text, const std::string& path);

// Whether the text matches a pattern in which * stands for any text, even none.
[[nodiscard]] bool matches_glob(std::string_view pattern, std::string_view text);

struct Assessment {
  Finding finding;                         // under the bare specification; kAgree if there is nothing to assess
  bool known = false;                      // every divergence of the trace was foreseen
  std::vector<const Divergence*> entries;  // those that it took, as few as were found: alone if one is enough
};

// Explains the trace; if that fails, again with the policies of the entries that apply: each alone first, then all, and
// from all those that can be spared are taken away. An entry without a policy foresees the finding itself, and the
// trace is not judged beyond it. Case entries apply to the case named only.
[[nodiscard]] Assessment assess(const model::Script& script, const trace::Trace& trace, const spec::Options& options,
                                const std::vector<Divergence>& expectations, const Facts& facts,
                                std::string_view case_name = "");

// The same for a conformance case, which must keep what its script expects besides (scripted.h). A trace that the bare
// specification explains, and that misses an expectation, is foreseen by an entry without a policy only.
[[nodiscard]] Assessment assess_case(const model::Script& script, const trace::Trace& trace,
                                     const spec::Options& options, const std::vector<Divergence>& expectations,
                                     const Facts& facts, std::string_view case_name);

// The first entry without a policy that foresees what was found out about a case by other means than a trace; nullptr
// if none does.
[[nodiscard]] const Divergence* find_foreseen(const Finding& finding, const std::vector<Divergence>& expectations,
                                              const Facts& facts, std::string_view case_name);

// Whether the entry speaks of this implementation at all.
[[nodiscard]] bool concerns(const Divergence& divergence, const Facts& facts);

}  // namespace lockstep::judge
