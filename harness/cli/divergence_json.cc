#include "harness/cli/divergence_json.h"

#include "harness/cli/seen_calls.h"
#include "harness/replay/shape.h"
#include "harness/script/print.h"
#include "harness/script/standalone.h"
#include "harness/script/token.h"

namespace lockstep::cli {
namespace {

using nlohmann::json;

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

}  // namespace

const char* name(Time time) { return time == Time::kVirtual ? "virtual" : "real"; }

json trace_json(const std::string& implementation, const std::string& start_method, Time time,
                const model::Script& script, const trace::Trace& trace) {
  json actors = json::array();
  for (const model::ActorDeclaration& actor : script.actors) {
    actors.push_back(actor.name);
  }
  json events = json::array();
  for (const trace::Event& event : trace.events) {
    const auto step = static_cast<std::size_t>(event.step);
    if (step < script.steps.size() && script.steps[step].kind == model::StepKind::kExpectation) {
      continue;  // nothing happens there
    }
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

json divergence_json(const Subject& subject, const std::string& reference_start, const Divergence& divergence) {
  json traces = json::array();
  if (!divergence.reference_trace.events.empty()) {
    traces.push_back(
        trace_json("reference", reference_start, Time::kVirtual, divergence.script, divergence.reference_trace));
  }
  traces.push_back(trace_json(subject.name, subject.start_method, subject.time, divergence.script, divergence.trace));
  const script::Standalone standalone = standalone_of(subject, divergence);
  return {{"implementation", subject.name},
          {"version", subject.version},
          {"start_method", subject.start_method},
          {"case", ""},
          {"also", json::array()},
          {"what", ""},
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

json program_divergence_json(const Subject& subject, const judge::Finding& finding, const std::string& expectation,
                             const std::string& reason, const std::string& what) {
  return {{"implementation", subject.name},
          {"version", subject.version},
          {"start_method", subject.start_method},
          {"case", ""},
          {"also", json::array()},
          {"what", what},
          {"clause", finding.clause},
          {"expectation", expectation},
          {"reason", reason},
          {"kind", expectation.empty() ? "unexpected" : "known"},
          {"expected", finding.expected},
          {"observed", finding.observed},
          {"script", ""},
          {"token", ""},
          {"steps", 0},
          {"step", -1},
          {"occurrences", 1},
          {"replay", ""},
          {"traces", json::array()},
          {"standalone", ""},
          {"standalone_reason", "the case is a Python program itself"}};
}

}  // namespace lockstep::cli
