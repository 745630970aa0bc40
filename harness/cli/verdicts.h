#pragma once

#include <stdexcept>
#include <string>
#include <vector>

#include "harness/cli/plan.h"
#include "harness/judge/differential.h"
#include "harness/judge/expectations.h"

namespace lockstep::cli {

enum class Standing { kPassed, kKnown, kUnexpected, kInconclusive };

struct Judged {
  Standing standing = Standing::kPassed;
  std::vector<std::string> expectations;  // the ids of those that explain it, if it is known
  judge::Finding finding;                 // against the bare specification, unless it passed
};

class ExpectationsUnreadable : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

// Judges the traces of one subject: against the specification, then against what its expectation file foresees, and
// against the reference's trace of the same script.
class Verdicts {
 public:
  // Throws ExpectationsUnreadable if a file of expectations can't be read.
  Verdicts(const Subject& subject, const Plan& plan, const Home& home);

  // `reference` is the reference's trace of the same script, if it passed; nullptr where there is none to compare with:
  // in real time, where two traces of one script may rightly differ.
  [[nodiscard]] Judged judge(const model::Script& script, const trace::Trace& trace, const trace::Trace* reference);

  // The trace of a conformance case, which must keep what its script expects besides the specification. In real time
  // a script that lets time pass is held to the specification alone, which knows how late a wait may end.
  [[nodiscard]] Judged judge_case(const model::Script& script, const trace::Trace& trace,
                                  const std::string& name) const;

  // What was found out about a case by other means than a trace: known, or unexpected.
  [[nodiscard]] Judged judge_finding(const judge::Finding& finding, const std::string& case_name) const;

  // What is foreseen of this subject, in this version and with this start method.
  [[nodiscard]] std::vector<const judge::Divergence*> foreseen() const;

  // Why an expectation is there; REQUIRES: its id came from judge().
  [[nodiscard]] std::string reason_of(const std::string& id) const;

 private:
  judge::Sides sides_;
  std::vector<judge::Divergence> expectations_;
  judge::Facts facts_;
  judge::Explainer explainer_;
};

}  // namespace lockstep::cli
