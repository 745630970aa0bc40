#include "harness/cli/results.h"

#include <gnu/libc-version.h>
#include <sys/utsname.h>

#include "harness/cli/seen_calls.h"
#include "harness/processes/workers.h"
#include "harness/replay/shape.h"
#include "harness/script/print.h"
#include "harness/script/standalone.h"
#include "harness/script/token.h"

namespace lockstep::cli {
namespace {

using nlohmann::json;

const char* name(Time time) { return time == Time::kVirtual ? "virtual" : "real"; }

const char* name(trace::EventKind kind) {
  switch (kind) {
    case trace::EventKind::kInvoked:
      return "invoked";
    case trace::EventKind::kBlocked:
      return "blocked";
    case trace::EventKind::kPending:
      return "pending";
    case trace::EventKind::kReturned:
      return "returned";
    case trace::EventKind::kSkipped:
      return "skipped";
    case trace::EventKind::kDone:
      return "done";
    case trace::EventKind::kEnded:
      return "ended";
  }
  return "";
}

// The actor stands beside it.
std::string what_is_done(const model::Script& script, const model::Step& step) {
  return step.kind == model::StepKind::kCall ? script::print_call(script, step.call) : script::print_step(script, step);
}

json machine() {
  utsname system{};
  uname(&system);
  return {{"kernel", system.release},
          {"libc", std::string("glibc ") + gnu_get_libc_version()},
          {"cores", processes::processors()},
          {"arch", system.machine}};
}

json implementation_json(const Subject& subject, const Tally& tally) {
  return {{"name", subject.name},
          {"module", subject.module},
          {"version", subject.version},
          {"python", subject.launch.python},
          {"start_method", subject.start_method},
          {"time", name(subject.time)},
          {"scripts", tally.scripts},
          {"steps", tally.steps},
          {"cases", 0},
          {"passed", tally.passed},
          {"known", tally.known},
          {"unexpected", tally.unexpected},
          {"vanished", 0},
          {"inconclusive", tally.inconclusive},
          {"skipped", subject.skip_reason.empty() ? 0 : 1},
          {"skip_reason", subject.skip_reason},
          {"latency", nullptr},
          {"lateness", nullptr},
          {"fairness", tally.bypass_max < 0 ? json() : json({{"bypass_max", tally.bypass_max}})}};
}

// The step that had last been taken when the divergence was seen.
int moment_of(const Divergence& divergence) {
  int moment = -1;
  for (int event = 0; event <= divergence.finding.event; ++event) {
    const trace::Event& seen = divergence.trace.events[static_cast<std::size_t>(event)];
    if (seen.kind == trace::EventKind::kInvoked || seen.kind == trace::EventKind::kDone) {
      moment = seen.step;
    }
  }
  return moment;
}

script::Standalone standalone_of(const Subject& subject, const Divergence& divergence) {
  const auto step = static_cast<std::size_t>(divergence.finding.step);  // -1, at the end, is beyond every step
  if (step >= divergence.script.steps.size() || divergence.script.steps[step].kind != model::StepKind::kCall) {
    return {"", "what diverges is no call, so no program of calls can show it"};
  }
  return script::standalone(divergence.script,
                            {subject.module, subject.start_method, divergence.finding.step, moment_of(divergence),
                             divergence.finding.expected, divergence.finding.observed,
                             seen_calls(divergence.script, divergence.trace, divergence.finding.event)});
}

json divergence_json(const Run& run, const Divergence& divergence) {
  const Subject& subject = run.subjects[divergence.subject];
  json traces = json::array();
  if (!divergence.reference_trace.events.empty()) {
    traces.push_back(trace_json("reference", run.subjects.front().start_method, Time::kVirtual, divergence.script,
                                divergence.reference_trace));
  }
  traces.push_back(trace_json(subject.name, subject.start_method, subject.time, divergence.script, divergence.trace));
  const script::Standalone standalone = standalone_of(subject, divergence);
  return {{"implementation", subject.name},
          {"version", subject.version},
          {"start_method", subject.start_method},
          {"clause", divergence.finding.clause},
          {"expectation", divergence.expectation},
          {"reason", divergence.reason},
          {"kind", divergence.known ? "known" : "unexpected"},
          {"expected", divergence.finding.expected},
          {"observed", divergence.finding.observed},
          {"script", script::print(divergence.script)},
          {"token", token_of(divergence.script)},
          {"steps", divergence.script.steps.size()},
          {"step", divergence.finding.step},
          {"occurrences", divergence.occurrences},
          {"replay", replay_command(subject, divergence.script, "SCRIPT.lks")},
          {"traces", traces},
          {"standalone", standalone.program},
          {"standalone_reason", standalone.reason}};
}

json totals(const Run& run) {
  Tally sum;
  int skipped = 0;
  for (std::size_t subject = 0; subject < run.subjects.size(); ++subject) {
    sum.merge(run.campaign.tallies[subject]);
    skipped += run.subjects[subject].skip_reason.empty() ? 0 : 1;
  }
  return {{"scripts", sum.scripts}, {"steps", sum.steps},           {"cases", 0},    {"passed", sum.passed},
          {"known", sum.known},     {"unexpected", sum.unexpected}, {"vanished", 0}, {"inconclusive", sum.inconclusive},
          {"skipped", skipped}};
}

double share(std::uint64_t part, std::uint64_t whole) {
  return whole == 0 ? 0.0 : static_cast<double>(part) / static_cast<double>(whole);
}

}  // namespace

json trace_json(const std::string& implementation, const std::string& start_method, Time time,
                const model::Script& script, const trace::Trace& trace) {
  json actors = json::array();
  for (const model::ActorDeclaration& actor : script.actors) {
    actors.push_back(actor.name);
  }
  json events = json::array();
  for (const trace::Event& event : trace.events) {
    const auto step = static_cast<std::size_t>(event.step);
    const bool has_outcome = event.kind == trace::EventKind::kReturned || event.kind == trace::EventKind::kDone;
    events.push_back({{"kind", name(event.kind)},
                      {"step", event.step},
                      {"actor", event.actor < 0 ? "" : script.actors[static_cast<std::size_t>(event.actor)].name},
                      {"text", step < script.steps.size() ? what_is_done(script, script.steps[step]) : ""},
                      {"outcome", has_outcome ? to_string(event.outcome) : ""},
                      {"time_ns", event.time_ns}});
  }
  return {{"implementation", implementation},
          {"start_method", start_method},
          {"time", name(time)},
          {"actors", actors},
          {"events", events}};
}

std::string token_of(const model::Script& script) { return script::script_token(script).value_or(""); }

std::string replay_command(const Subject& subject, const model::Script& script, const std::string& file) {
  const std::string token = token_of(script);
  // Choices of the simulation mean nothing to processes: searching again finds them again.
  const std::string command = subject.simulated ? "explore " : "replay ";
  return "./run_tests.py " + command + (token.empty() ? file : token) + " --impl " + subject.impl +
         (subject.time == Time::kReal ? " --time real" : "");
}

int exit_code(const Run& run) {
  if (run.campaign.interrupted) {
    return 130;
  }
  std::uint64_t scripts = 0, inconclusive = 0;
  bool diverged = false, failed = !run.errors.empty(), named_ran_nothing = false;
  for (std::size_t index = 0; index < run.subjects.size(); ++index) {
    const Subject& subject = run.subjects[index];
    const Tally& tally = run.campaign.tallies[index];
    scripts += tally.scripts;
    inconclusive += tally.inconclusive;
    diverged = diverged || tally.unexpected > 0;
    failed = failed || !subject.failure.empty() || !tally.failure.empty();
    named_ran_nothing = named_ran_nothing || (subject.named_by_user && tally.scripts == 0);
  }
  if (diverged) {
    return 1;
  }
  if (failed || inconclusive * 100 > scripts) {
    return 3;
  }
  return scripts == 0 || named_ran_nothing ? 4 : 0;
}

json results(const Run& run) {
  json implementations = json::array();
  for (std::size_t subject = 0; subject < run.subjects.size(); ++subject) {
    implementations.push_back(implementation_json(run.subjects[subject], run.campaign.tallies[subject]));
  }
  json divergences = json::array();
  for (const Divergence& divergence : run.divergences) {
    divergences.push_back(divergence_json(run, divergence));
  }
  const Coverage& coverage = run.campaign.coverage;
  const double seconds = std::max(run.campaign.seconds, 1e-3);
  return {{"schema", 1},
          {"lockstep", "0.1.0"},
          {"seed", run.seed},
          {"command", run.command},
          {"started", run.started},
          {"seconds", run.seconds},
          {"interrupted", run.campaign.interrupted},
          {"machine", machine()},
          {"implementations", implementations},
          {"clauses", json::array()},
          {"divergences", divergences},
          {"totals", totals(run)},
          {"coverage",
           {{"contended", share(coverage.contended, coverage.scripts)},
            {"timeout", share(coverage.timed, coverage.scripts)},
            {"kill", share(coverage.killed, coverage.scripts)},
            {"transitions_reached", coverage.situations.reached()},
            {"transitions_reachable", coverage.situations.reachable()},
            {"missing", coverage.situations.missing()}}},
          {"rates",
           {{"scripts_per_second", static_cast<double>(run.campaign.replays) / seconds},
            {"steps_per_second", static_cast<double>(run.campaign.steps) / seconds},
            {"pairs_per_second", static_cast<double>(run.campaign.pairs) / seconds}}},
          {"fuzz", nullptr},
          {"kills", json::array()},
          {"errors", run.errors}};
}

}  // namespace lockstep::cli
