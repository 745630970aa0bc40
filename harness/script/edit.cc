#include "harness/script/edit.h"

#include <cstddef>
#include <numeric>
#include <utility>

#include "harness/script/validate.h"

namespace lockstep::script {
namespace {

using model::Script;
using model::Step;
using model::StepKind;

std::vector<int> identity(std::size_t count) {
  std::vector<int> map(count);
  std::iota(map.begin(), map.end(), 0);
  return map;
}

class Editor {
 public:
  Editor(const Script& script, const Edit& edit)
      : script_(script),
        edit_(edit),
        locks_(script.locks.size(), Edit::kDropped),
        processes_(script.processes.size(), Edit::kDropped),
        actors_(script.actors.size(), Edit::kDropped) {}

  Script run() {
    result_.comment = script_.comment;
    result_.clauses = script_.clauses;
    result_.schedule = script_.schedule;
    write_locks();
    write_head();
    bool race_removed = false;
    for (std::size_t i = 0; i < script_.steps.size(); ++i) {
      const StepKind kind = script_.steps[i].kind;
      race_removed = kind == StepKind::kRace ? edit_.removed[i] : race_removed;
      const bool removed = kind == StepKind::kEnd ? race_removed : edit_.removed[i];
      if (!removed) {
        write_step(script_.steps[i]);
      }
    }
    return std::move(result_);
  }

 private:
  // The new index of an old one, after the edit's own map; kDropped if it is not there, or not yet.
  static int find(const std::vector<int>& new_index, const std::vector<int>& map, int old) {
    const int becomes = old < 0 ? Edit::kDropped : map[static_cast<std::size_t>(old)];
    return becomes < 0 ? Edit::kDropped : new_index[static_cast<std::size_t>(becomes)];
  }
  int actor(int old) const { return find(actors_, edit_.actors, old); }
  int process(int old) const { return find(processes_, edit_.processes, old); }

  void write_locks() {
    for (std::size_t i = 0; i < script_.locks.size(); ++i) {
      if (edit_.locks[i] == static_cast<int>(i)) {
        locks_[i] = static_cast<int>(result_.locks.size());
        result_.locks.push_back(script_.locks[i]);
      }
    }
  }

  // Process by process, with the actors that are now in it; one without any goes.
  void write_head() {
    for (std::size_t p = 0; p < script_.processes.size(); ++p) {
      const int index = static_cast<int>(p);
      bool main_thread = true;
      for (std::size_t a = 0; a < script_.actors.size(); ++a) {
        const model::ActorDeclaration& actor = script_.actors[a];
        const bool here = !actor.started_by_step && edit_.actors[a] == static_cast<int>(a) &&
                          edit_.processes[static_cast<std::size_t>(actor.process)] == index;
        if (!here) {
          continue;
        }
        if (main_thread) {
          processes_[p] = static_cast<int>(result_.processes.size());
          result_.processes.push_back(script_.processes[p]);
        }
        actors_[a] = static_cast<int>(result_.actors.size());
        result_.actors.push_back({actor.name, processes_[p], std::exchange(main_thread, false), false});
      }
    }
  }

  void write_step(Step step) {
    if (step.kind == StepKind::kStartThread || step.kind == StepKind::kStartProcess || step.kind == StepKind::kFork) {
      return write_start(std::move(step));
    }
    const bool needs_actor = step.actor >= 0;
    const bool needs_process = step.process >= 0;
    step.actor = actor(step.actor);
    step.process = process(step.process);
    if ((needs_actor && step.actor < 0) || (needs_process && step.process < 0)) {
      return;
    }
    if (step.kind == StepKind::kCall) {
      step.call.lock = find(locks_, edit_.locks, step.call.lock);
      if (step.call.lock < 0) {
        return;
      }
    }
    if (step.kind == StepKind::kEnd && result_.steps.back().kind == StepKind::kRace) {
      result_.steps.pop_back();
      return;
    }
    for (int& named : step.expectation.actors) {
      named = actor(named);
      if (named < 0) {
        return;
      }
    }
    result_.steps.push_back(std::move(step));
  }

  void write_start(Step step) {
    const auto old_actor = static_cast<std::size_t>(step.new_actor);
    const auto old_process = static_cast<std::size_t>(step.process);
    const bool thread = step.kind == StepKind::kStartThread;
    step.actor = actor(step.actor);
    const bool can = thread ? process(step.process) >= 0
                            : step.actor >= 0 && edit_.processes[old_process] == static_cast<int>(old_process);
    if (!can || edit_.actors[old_actor] != static_cast<int>(old_actor)) {
      return;
    }
    if (!thread) {
      processes_[old_process] = static_cast<int>(result_.processes.size());
      result_.processes.push_back(script_.processes[old_process]);
    }
    step.process = process(step.process);
    step.new_actor = static_cast<int>(result_.actors.size());
    actors_[old_actor] = step.new_actor;
    result_.actors.push_back({script_.actors[old_actor].name, step.process, !thread, true});
    result_.steps.push_back(std::move(step));
  }

  const Script& script_;
  const Edit& edit_;
  std::vector<int> locks_;
  std::vector<int> processes_;
  std::vector<int> actors_;
  Script result_;
};

}  // namespace

Edit::Edit(const Script& script)
    : removed(script.steps.size(), false),
      locks(identity(script.locks.size())),
      processes(identity(script.processes.size())),
      actors(identity(script.actors.size())) {}

std::optional<Script> apply(const Script& script, const Edit& edit) {
  Script result = Editor(script, edit).run();
  return validate(result) ? std::nullopt : std::optional(std::move(result));
}

Edit without_unused(const Script& script) {
  std::vector<bool> locks(script.locks.size(), false);
  std::vector<bool> actors(script.actors.size(), false);
  for (const Step& step : script.steps) {
    if (step.kind == StepKind::kCall) {
      locks[static_cast<std::size_t>(step.call.lock)] = true;
    }
    if (step.actor >= 0) {
      actors[static_cast<std::size_t>(step.actor)] = true;
    }
    if (step.new_actor >= 0) {
      actors[static_cast<std::size_t>(step.new_actor)] = true;
    }
    for (const int actor : step.expectation.actors) {
      actors[static_cast<std::size_t>(actor)] = true;
    }
    // A process that a step names keeps its main thread, at least.
    for (std::size_t a = 0; step.process >= 0 && a < script.actors.size(); ++a) {
      actors[a] = actors[a] || (script.actors[a].process == step.process && script.actors[a].main_thread);
    }
  }
  Edit edit(script);
  for (std::size_t i = 0; i < locks.size(); ++i) {
    edit.locks[i] = locks[i] ? edit.locks[i] : Edit::kDropped;
  }
  for (std::size_t i = 0; i < actors.size(); ++i) {
    edit.actors[i] = actors[i] ? edit.actors[i] : Edit::kDropped;
  }
  return edit;
}

}  // namespace lockstep::script
