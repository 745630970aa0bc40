#pragma once

#include <optional>
#include <string>
#include <vector>

#include "harness/judge/differential.h"
#include "harness/judge/expectations.h"

namespace lockstep::fuzz {

// What CPython's locks are held to: the specification and the reference, but for the divergences that are foreseen in
// conformance/expectations/cpython.toml, which is compiled in.
class Judgement {
 public:
  // Of CPython 3.`minor`, `version` in full.
  Judgement(int minor, const std::string& version);

  // What is wrong with CPython's trace and is not foreseen, or with the reference's (kInvalid).
  [[nodiscard]] std::optional<judge::Finding> compare(const model::Script& script, const trace::Trace& reference,
                                                      const trace::Trace& cpython) const;

  // What is wrong with a trace of CPython's and is not foreseen, without a look at the reference.
  [[nodiscard]] std::optional<judge::Finding> explain_cpython(const model::Script& script,
                                                              const trace::Trace& cpython) const;

  // What is wrong with a trace of the reference's.
  [[nodiscard]] std::optional<judge::Finding> explain(const model::Script& script, const trace::Trace& reference);

 private:
  [[nodiscard]] std::optional<judge::Finding> unforeseen(const model::Script& script, const trace::Trace& cpython,
                                                         judge::Finding finding) const;

  judge::Sides sides_;
  judge::Explainer explainer_;
  judge::Facts facts_;
  std::vector<judge::Divergence> expectations_;
};

// Ends the process as report() does, with the script, the schedule that it took, and the finding.
[[noreturn]] void report_finding(const char* one, const char* other, model::Script script, const trace::Trace& trace,
                                 const judge::Finding& finding);

}  // namespace lockstep::fuzz
