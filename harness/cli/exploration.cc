#include "harness/cli/exploration.h"

#include <algorithm>
#include <array>

#include "harness/explore/fairness.h"

namespace lockstep::cli {
namespace {

Witness witness_of(const model::Script& script, const replay::Played& played, std::uint64_t schedule) {
  Witness witness{script, schedule};
  witness.script.schedule.assign(played.taken.begin(), played.taken.end());
  return witness;
}

std::string count(std::uint64_t number, const char* what) {
  return std::to_string(number) + " " + what + (number == 1 ? "" : "s");
}

std::string simulated_text(const Explored& explored) {
  return explored.simulated == 0                  ? ""
         : explored.simulated == explored.scripts ? ", simulated"
                                                  : ", " + std::to_string(explored.simulated) + " scripts simulated";
}

std::string bounds_text(const Explored& explored, const explore::Bounds& bounds) {
  std::string text;
  const auto add = [&text](int bound, const char* what) {
    if (bound >= 0) {
      text += (text.empty() ? ", with at most " : " and ") + count(static_cast<std::uint64_t>(bound), what);
    }
  };
  if (bounds.strategy == explore::Strategy::kExhaustive) {
    add(bounds.preemptions, "preemption");
    add(explored.simulated > 0 ? bounds.stale : -1, "stale read");
  }
  return text.empty()             ? ""
         : explored.left_out == 0 ? text + " (no schedule has more)"
                                  : text + " (left out: " + std::to_string(explored.left_out) + " branches with more)";
}

void keep_first(std::optional<Witness>& mine, const std::optional<Witness>& other) {
  if (!mine.has_value()) {
    mine = other;
  }
}

}  // namespace

void Explored::merge(const Explored& other) {
  scripts += other.scripts;
  simulated += other.simulated;
  passed += other.passed;
  diverged_as_known += other.diverged_as_known;
  inconclusive += other.inconclusive;
  steps += other.steps;
  complete += other.complete;
  schedules += other.schedules;
  decisions += other.decisions;
  behaviours += other.behaviours;
  left_out += other.left_out;
  deadlocks += other.deadlocks;
  exhausted += other.exhausted;
  depth = std::max(depth, other.depth);
  kinds = static_cast<std::uint8_t>(kinds | other.kinds);
  for (const auto& [id, times] : other.known_count) {
    known_count[id] += times;
  }
  known.insert(other.known.begin(), other.known.end());
  broken = unexpected.has_value() ? broken : other.broken;
  keep_first(unexpected, other.unexpected);
  keep_first(nondeterministic, other.nondeterministic);
  keep_first(deadlock, other.deadlock);
  if (other.bypasses > bypasses) {
    bypasses = other.bypasses;
    starving = other.starving;
  }
}

replay::Scheduled& Explorer::carrier_for(const model::Script& script) {
  if (subject_.simulated && explore::Simulation::supports(script)) {
    return simulation_;
  }
  if (fibers_ == nullptr && !without_fibers_) {
    try {
      fibers_ = make_fibers(subject_, 2 * number_);
    } catch (const replay::AdapterError&) {
      without_fibers_ = true;  // an interpreter, or a module, that they can't carry: processes can
    }
  }
  if (fibers_ != nullptr && fibers_->supports(script)) {
    return *fibers_;
  }
  if (processes_ == nullptr) {
    processes_ = make_scheduled(subject_, 2 * number_ + 1);
  }
  return *processes_;
}

std::optional<model::Script> with_broken_schedule(Explorer& explorer, const model::Script& script,
                                                  const std::string& broken) {
  std::optional<model::Script> found;
  explore::Bounds bounds;
  bounds.preemptions = 2;
  bounds.schedules_max = 3000;
  (void)explore::explore(explorer.carrier_for(script), script, bounds, [&](const explore::Behaviour& behaviour) {
    if (behaviour.played.broken == nullptr || behaviour.played.broken != broken) {
      return explore::Verdict::kGoOn;
    }
    found = witness_of(script, behaviour.played, behaviour.schedule).script;
    return explore::Verdict::kStop;
  });
  return found;
}

judge::Finding broken_finding(const Explored& explored) {
  judge::Finding finding;
  finding.verdict = judge::Verdict::kDiverge;
  finding.clause = "mutual exclusion";
  finding.expected = "one holder at a time, and what it did seen by the next";
  finding.observed = explored.broken;
  return finding;
}

Explored explore_script(replay::Scheduled& carrier, const model::Script& script, const explore::Bounds& bounds,
                        Verdicts& verdicts) {
  Explored explored;
  bool undecided = false;
  const auto visit = [&](const explore::Behaviour& behaviour) {
    const auto witness = [&] { return witness_of(script, behaviour.played, behaviour.schedule); };
    if (behaviour.played.broken != nullptr) {
      explored.broken = behaviour.played.broken;
      explored.unexpected = witness();
      return explore::Verdict::kStop;
    }
    const trace::Trace trace = behaviour.trace();
    const Judged judged = verdicts.judge(script, trace, nullptr);
    for (const std::string& id : judged.expectations) {
      ++explored.known_count[id];
      explored.known.try_emplace(id, witness());
    }
    undecided = undecided || judged.standing == Standing::kInconclusive;
    if (judged.standing == Standing::kUnexpected) {
      explored.unexpected = witness();
      return explore::Verdict::kStop;
    }
    const explore::Fairness fair = explore::fairness(script, trace);
    if (fair.deadlock && explored.deadlocks++ == 0) {
      explored.deadlock = witness();
    }
    if (fair.bypasses > explored.bypasses) {
      explored.bypasses = fair.bypasses;
      explored.starving = witness();
    }
    return explore::Verdict::kGoOn;
  };
  const explore::Exploration found = explore::explore(carrier, script, bounds, visit);
  explored.scripts = 1;
  explored.simulated = dynamic_cast<explore::Simulation*>(&carrier) != nullptr ? 1 : 0;
  explored.complete = found.complete ? 1 : 0;
  explored.schedules = found.schedules;
  explored.decisions = found.decisions;
  explored.behaviours = found.behaviours;
  explored.left_out = found.left_out;
  explored.exhausted = found.exhausted ? 1 : 0;
  explored.depth = found.depth;
  explored.kinds = found.kinds;
  if (found.nondeterministic.has_value()) {
    explored.nondeterministic = Witness{script, 0};
    explored.nondeterministic->script.schedule.assign(found.nondeterministic->begin(), found.nondeterministic->end());
  }
  explored.steps = found.schedules * script.steps.size();
  if (!explored.unexpected.has_value()) {
    const bool none = undecided || found.nondeterministic.has_value();
    ++(none ? explored.inconclusive : explored.known.empty() ? explored.passed : explored.diverged_as_known);
  }
  return explored;
}

std::string kinds_text(std::uint8_t kinds) {
  constexpr std::array<std::pair<std::uint8_t, const char*>, 6> kNames = {{{model::kRun, "who runs"},
                                                                           {model::kWaiter, "which waiter wakes"},
                                                                           {model::kExpiry, "expiry"},
                                                                           {model::kDeath, "death"},
                                                                           {model::kClockStep, "clock"},
                                                                           {model::kStore, "which store is read"}}};
  std::string text;
  for (const auto& [kind, name] : kNames) {
    text += (kinds & kind) == 0 ? "" : (text.empty() ? "" : ", ") + std::string(name);
  }
  return text.empty() ? "none came up" : text;
}

std::string describe(const Explored& explored, const explore::Bounds& bounds) {
  std::string text;
  const bool all = explored.complete == explored.scripts;
  if (explored.scripts == 1) {
    text = (all ? "all " : "") + count(explored.schedules, "schedule") + " explored";
  } else {
    text = count(explored.scripts, "script") + ", " + count(explored.schedules, "schedule");
    text += bounds.strategy == explore::Strategy::kExhaustive
                ? ", " + std::to_string(explored.complete) + " explored wholly"
                : "";
  }
  text += simulated_text(explored) + bounds_text(explored, bounds);
  text += "\n  choices: " + kinds_text(explored.kinds) + "\n  " + count(explored.decisions, "state") + ", depth " +
          std::to_string(explored.depth) + ", " + count(explored.behaviours, "behaviour") + "\n";
  text += "  fairness: a waiting actor was bypassed at most " +
          count(static_cast<std::uint64_t>(explored.bypasses), "time") + "\n";
  if (explored.deadlocks > 0) {
    text += "  deadlock: in " + count(explored.deadlocks, "behaviour") +
            " every actor waits for ever in the end, as the specification allows\n";
  }
  if (explored.exhausted > 0) {
    text += "  the step budget of a race ran out: its calls do not end\n";
  }
  return text;
}

}  // namespace lockstep::cli
