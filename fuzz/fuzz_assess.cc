#include <algorithm>

#include "fuzz/support/case.h"
#include "fuzz/support/report.h"
#include "harness/judge/differential.h"
#include "harness/judge/expectations.h"
#include "harness/judge/observe.h"
#include "harness/judge/pending.h"
#include "harness/judge/testing.h"
#include "harness/script/print.h"

// What all parts of the judge say of one trace fits together. It is the player's, whose lock is right, CPython's or
// broken. A right lock is explained, CPython's under all policies, and a policy makes nothing wrong that was right. A
// divergence is known if, and only if, the entries that apply explain the trace, and none of those named can be spared.
// A comparison blames no right lock and finds what explain() finds, or something earlier. What is refused without
// proofs of blocking is refused with them. What is observed of two traces is what is observed of each.
namespace lockstep::fuzz {
namespace {

using judge::Divergence;
using judge::Finding;
using judge::Verdict;

class Checks {
 public:
  Checks(const model::Script& script, const trace::Trace& trace, const spec::Options& options)
      : script_(script), trace_(trace), options_(options), found_(judge::explain(script, trace, options)) {}

  void check_lock(judge::Flaw flaw, spec::Policy policy) {
    const spec::Options all = with_every_policy(options_);
    if (flaw == judge::Flaw::kNone) {
      check(found_, found_.verdict == Verdict::kAgree, "right-lock-refused");
    }
    if (flaw == judge::Flaw::kNone || flaw == judge::Flaw::kCPython) {
      const Finding pending = judge::judge_pending(script_, judge::unproved(trace_), all);
      check(pending, pending.verdict == Verdict::kAgree, "pending-cpython-refused");
      const Finding finding = judge::explain(script_, trace_, all);
      check(finding, finding.verdict == Verdict::kAgree, "cpython-refused");
    }
    if (found_.verdict == Verdict::kAgree) {
      spec::Options more = options_;
      more.policies = more.policies.with(policy);
      const Finding finding = judge::explain(script_, trace_, more);
      check(finding, finding.verdict == Verdict::kAgree, "refused-by-policy");
    }
  }

  void check_pending() {
    const Finding pending = judge::judge_pending(script_, judge::unproved(trace_), options_);
    check(pending, found_.verdict != Verdict::kAgree || pending.verdict == Verdict::kAgree, "pending-refused");
  }

  // Under entries that allow a policy each, from the given one on.
  void check_policies(std::uint32_t first) {
    std::vector<Divergence> entries;
    for (std::uint32_t i = 0; i < spec::kPolicies; ++i) {
      entries.push_back(entry("*"));
      const auto policy = static_cast<spec::Policy>((first + i) % spec::kPolicies);
      entries.back().policy = spec::find_policy(spec::name(policy));
      check(found_, entries.back().policy == policy, "policy-misnamed");
    }
    // These two apply to nothing here.
    entries.push_back(entry("*"));
    entries.back().when = judge::Condition::parse("version < \"3.8\"").value();
    entries.push_back(entry(""));
    entries.back().case_name = "rlock/*";
    const judge::Assessment assessment = assess(entries);
    const Finding all = judge::explain(script_, trace_, with_every_policy(options_));
    check(all, assessment.known || all.verdict != Verdict::kAgree || found_.verdict != Verdict::kDiverge, "unknown");
    check(all, explained_with(assessment.entries, nullptr) || !assessment.known, "known");
    for (const Divergence* spared : assessment.entries) {
      check(all, assessment.entries.size() == 1 || !explained_with(assessment.entries, spared), "entry-to-spare");
    }
  }

  // Under one that foresees this very finding, and one that foresees any other.
  void check_observed() {
    std::vector<Divergence> entries = {entry("no.such.clause"), entry(found_.clause)};
    entries[0].observed = entries[1].observed = found_.observed;
    const judge::Assessment assessment = assess(entries);
    if (found_.verdict == Verdict::kDiverge) {
      check(found_, assessment.known && assessment.entries == std::vector<const Divergence*>{&entries[1]},
            "unforeseen");
      check(found_, judge::find_foreseen(found_, entries, kFacts, "") == &entries[1], "not-found");
      entries.pop_back();
      check(found_, !assess(entries).known && judge::find_foreseen(found_, entries, kFacts, "") == nullptr, "foreseen");
    }
  }

  void check_comparison(const trace::Trace& reference) {
    Finding finding = judge::compare(script_, reference, reference, {options_, options_});
    check(finding, finding.verdict == Verdict::kAgree, "differs-from-itself");
    finding = judge::compare(script_, reference, trace_, {options_, options_});
    if (found_.verdict == Verdict::kAgree) {
      check(finding, finding.verdict == Verdict::kAgree, "right-lock-differs");
    } else if (found_.verdict == Verdict::kDiverge) {
      check(finding, finding.verdict == Verdict::kDiverge && finding.step <= found_.step, "found-later");
      finding = judge::compare(script_, trace_, reference, {options_, options_});
      check(finding, finding.verdict == Verdict::kInvalid, "wrong-reference");
    }
  }

  void check_observation(const trace::Trace& reference) {
    if (found_.verdict != Verdict::kAgree) {
      return;
    }
    static const auto* const none = new spec::Coverage();  // to find what can arise takes long
    spec::Coverage both = *none;
    spec::Coverage one = *none;
    spec::Coverage other = *none;
    judge::observe(script_, trace_, options_, both);
    judge::observe(script_, reference, options_, both);
    judge::observe(script_, trace_, options_, one);
    judge::observe(script_, reference, options_, other);
    check(found_, both.missing().size() + both.reached() == both.reachable(), "situations-lost");
    spec::Coverage sent = one;
    sent.add_seen(other.seen());
    one.merge(other);
    check(found_, both.seen() == sent.seen() && both.seen() == one.seen(), "observed-otherwise");
  }

 private:
  void check(const Finding& finding, bool holds, const char* kind) {
    // Too many ways to explain a trace, or calls on a lock that were open to the last: that shows nothing.
    if (!holds && finding.verdict != Verdict::kInconclusive && found_.verdict != Verdict::kInconclusive) {
      report("explain", "judge", "trace", kind,
             script::print(script_) + trace::print(trace_, script_) + found_.clause + ": expected " + found_.expected +
                 ", observed " + found_.observed + "\n" + finding.clause + ": expected " + finding.expected +
                 ", observed " + finding.observed);
    }
  }

  static Divergence entry(std::string clause) {
    Divergence entry;
    entry.clause = std::move(clause);
    return entry;
  }

  [[nodiscard]] judge::Assessment assess(const std::vector<Divergence>& entries) {
    judge::Assessment assessment = judge::assess(script_, trace_, options_, entries, kFacts, "lock/case");
    check(assessment.finding, assessment.finding == found_, "assessed-otherwise");
    check(found_, !assessment.known || !assessment.entries.empty(), "known-by-nothing");
    return assessment;
  }

  [[nodiscard]] bool explained_with(const std::vector<const Divergence*>& entries, const Divergence* without) const {
    spec::Options options = options_;
    for (const Divergence* entry : entries) {
      options.policies = entry == without ? options.policies : options.policies.with(entry->policy.value());
    }
    return judge::explain(script_, trace_, options).verdict == Verdict::kAgree;
  }

  static inline const judge::Facts kFacts{"cpython", "3.13.0", "3.13.0", "2.36", "x86_64", "fork"};

  const model::Script& script_;
  const trace::Trace& trace_;
  const spec::Options& options_;
  const Finding found_;
};

}  // namespace

void check_case(Case read) {
  const judge::Flaw flaw = read.choose_flaw();
  const spec::Options options = read.choose_options();
  const std::uint32_t policy = read.choose(spec::kPolicies);
  const trace::Trace trace = read.play(read.script(), flaw, options);
  const trace::Trace reference = read.play(read.script(), judge::Flaw::kNone, options);
  Checks checks(read.script(), trace, options);
  checks.check_lock(flaw, static_cast<spec::Policy>(policy));
  checks.check_pending();
  checks.check_policies(policy);
  checks.check_observed();
  checks.check_comparison(reference);
  checks.check_observation(reference);
}

}  // namespace lockstep::fuzz
