#include "harness/trace/trace.h"

#include <cstdio>

#include "harness/base/check.h"

namespace lockstep::trace {
namespace {

const char* name(EventKind kind) {
  switch (kind) {
    case EventKind::kInvoked:
      return "invoked";
    case EventKind::kBlocked:
      return "blocked";
    case EventKind::kPending:
      return "pending";
    case EventKind::kReturned:
      return "returned";
    case EventKind::kSkipped:
      return "skipped";
    case EventKind::kDone:
      return "done";
    case EventKind::kEnded:
      return "ended";
  }
  return "";
}

}  // namespace

std::string print(const Trace& trace, const model::Script& script) {
  std::string text;
  for (const Event& event : trace.events) {
    LOCKSTEP_CHECK(event.actor < static_cast<int>(script.actors.size()));
    char time[40];
    std::snprintf(time, sizeof time, "%lld.%09lld", static_cast<long long>(event.time_ns / 1000000000),
                  static_cast<long long>(event.time_ns % 1000000000));
    text += std::string(time) + " " + name(event.kind) + " " + std::to_string(event.step) + " " +
            (event.actor < 0 ? "-" : script.actors[static_cast<std::size_t>(event.actor)].name);
    if (event.kind == EventKind::kReturned || event.kind == EventKind::kDone) {
      text += " " + to_string(event.outcome);
    }
    text += "\n";
  }
  return text;
}

}  // namespace lockstep::trace
