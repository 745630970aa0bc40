#include <algorithm>
#include <array>
#include <cstdio>

#include "harness/cli/clock.h"
#include "harness/cli/nightly.h"
#include "harness/explore/explore.h"
#include "harness/script/parse.h"

namespace lockstep::cli {
namespace {

constexpr int kPreemptions = 2;
constexpr int kAnyNumber = -1;

struct Small {
  const char* name;
  const char* kind;
  const char* calls;
};

constexpr std::array<Small, 4> kSmall = {{
    {"acquire and release", "Lock",
     "a: L.acquire()\na: L.release()\na: L.acquire()\n"
     "b: L.acquire()\nb: L.release()\nb: L.acquire(False)\n"
     "c: L.acquire()\nc: L.release()\nc: L.release()\n"},
    {"timeouts", "Lock",
     "a: L.acquire(timeout=0.5)\na: L.release()\na: L.acquire(timeout=0.25)\n"
     "b: L.acquire(timeout=0.5)\nb: L.release()\nb: L.acquire(timeout=0.5)\n"
     "c: L.acquire(timeout=0.75)\nc: L.release()\nc: L.acquire(False)\n"},
    {"releases of everyone", "Lock",
     "a: L.acquire()\na: L.release()\na: L.release()\n"
     "b: L.release()\nb: L.acquire(timeout=0.5)\nb: L.release()\n"
     "c: L.release()\nc: L.acquire()\nc: L.release()\n"},
    {"recursion", "RLock",
     "a: L.acquire()\na: L.acquire()\na: L.release()\n"
     "b: L.acquire(timeout=0.5)\nb: L.release()\nb: L.acquire(False)\n"
     "c: L.acquire()\nc: L.release()\nc: L.acquire(timeout=0.25)\n"},
}};

model::Script script_of(const Small& small) {
  const std::string text = std::string("lock L = ") + small.kind +
                           "()\nprocess P: a\nprocess Q: b\nprocess R: c\nrace\n" + small.calls + "end\n";
  return script::parse(text, small.name).value();
}

std::string milliseconds(double seconds) {
  char text[32];
  std::snprintf(text, sizeof text, "%.2f ms", 1000 * seconds);
  return text;
}

struct Timed {
  explore::Exploration found;
  double seconds = 0;
};

Timed explore_all(replay::Scheduled& carrier, const model::Script& script, int preemptions) {
  explore::Bounds bounds;
  bounds.preemptions = preemptions;
  const double begun_s = monotonic_s();
  const auto accept = [](const explore::Behaviour&) { return explore::Verdict::kGoOn; };
  Timed timed{explore::explore(carrier, script, bounds, accept)};
  timed.seconds = monotonic_s() - begun_s;
  return timed;
}

bool is_whole(const explore::Exploration& found) {
  return found.complete && !found.nondeterministic.has_value() && !found.exhausted;
}

Part certificate(const std::string& name, replay::Scheduled& on_fibers, replay::Scheduled& on_processes,
                 const model::Script& script, int preemptions) {
  const auto [fibers, fibers_s] = explore_all(on_fibers, script, preemptions);
  const auto [processes, processes_s] = explore_all(on_processes, script, preemptions);
  Part part{name, ""};
  part.seconds = fibers_s + processes_s;
  part.passed = is_whole(fibers) && is_whole(processes) && fibers.schedules == processes.schedules &&
                fibers.behaviours == processes.behaviours;
  part.measured = "F " + std::to_string(fibers.schedules) + " schedules, " + std::to_string(fibers.behaviours) +
                  " behaviours, " + milliseconds(fibers_s) + "; P " + std::to_string(processes.schedules) + ", " +
                  std::to_string(processes.behaviours) + ", " + milliseconds(processes_s);
  return part;
}

}  // namespace

std::vector<Part> certify(const Subject& subject, const Load& load) {
  const auto on_fibers = make_fibers(subject, 0);
  const auto on_processes = make_scheduled(subject, 1);
  std::vector<Part> parts;
  for (const Small& small : kSmall) {
    const model::Script script = script_of(small);
    if (lacks_a_kind(subject, script)) {
      continue;
    }
    const std::string name = std::string("all schedules, ") + small.name;
    parts.push_back(certificate(name + ", 2 preemptions", *on_fibers, *on_processes, script, kPreemptions));
    if (load.scale >= 1) {
      parts.push_back(certificate(name, *on_fibers, *on_processes, script, kAnyNumber));
    }
  }
  return parts;
}

std::vector<Part> kill_an_hour(const Subject& subject) {
  const std::string kind = subject.has_lock ? "Lock" : "RLock";
  const auto script = script::parse("lock L = " + kind + "()\nprocess P: a\nprocess Q: b\n" +
                                        "a: L.acquire()\nb: L.acquire(timeout=3600)\npause 3600\n",
                                    "an hour");
  const replay::Item item{&script.value()};
  const auto carrier = make_carrier(subject, 0);
  (void)carrier->replay(std::span(&item, 1));  // starts the processes
  const double begun_s = monotonic_s();
  const trace::Trace trace = carrier->replay(std::span(&item, 1)).front();
  const double elapsed_s = monotonic_s() - begun_s;
  const auto timed_out = std::find_if(trace.events.begin(), trace.events.end(), [](const trace::Event& event) {
    return event.kind == trace::EventKind::kReturned && event.actor == 1;
  });
  constexpr std::int64_t kHour_ns = 3'600'000'000'000;
  const bool passed = timed_out != trace.events.end() && timed_out->time_ns == kHour_ns &&
                      timed_out->outcome == model::Outcome{model::OutcomeKind::kFalse, ""};
  return {{"a timeout of an hour", "False after 3600 s, which took " + milliseconds(elapsed_s), passed, elapsed_s}};
}

}  // namespace lockstep::cli
