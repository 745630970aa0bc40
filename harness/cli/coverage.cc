#include "harness/cli/coverage.h"

#include <nlohmann/json.hpp>

#include "harness/judge/observe.h"

namespace lockstep::cli {
namespace {

bool has_timeout(const model::Call& call) {
  for (std::size_t place = 0; place < call.arguments.size(); ++place) {
    const model::Argument& argument = call.arguments[place];
    const bool timeout = argument.keyword == "timeout" || (place == 1 && argument.keyword.empty());
    if (timeout && argument.spelling != "None") {
      return true;
    }
  }
  return false;
}

}  // namespace

void Coverage::add(const model::Script& script, const trace::Trace& trace, const spec::Options& options) {
  bool waited = false, waited_with_timeout = false, kill = false;
  for (const trace::Event& event : trace.events) {
    if (event.kind == trace::EventKind::kEnded) {
      break;
    }
    const model::Step& step = script.steps[static_cast<std::size_t>(event.step)];
    if (event.kind == trace::EventKind::kBlocked) {
      waited = true;
      waited_with_timeout = waited_with_timeout || has_timeout(step.call);
    }
    kill = kill || (event.kind == trace::EventKind::kDone && step.kind == model::StepKind::kKill);
  }
  ++scripts;
  contended += waited ? 1 : 0;
  timed += waited_with_timeout ? 1 : 0;
  killed += kill ? 1 : 0;
  judge::observe(script, trace, options, situations);
}

void Coverage::merge(const Coverage& other) {
  scripts += other.scripts;
  contended += other.contended;
  timed += other.timed;
  killed += other.killed;
  situations.merge(other.situations);
}

void to_json(nlohmann::json& json, const Coverage& coverage) {
  json = {{"scripts", coverage.scripts},
          {"contended", coverage.contended},
          {"timed", coverage.timed},
          {"killed", coverage.killed},
          {"situations", coverage.situations.seen()}};
}

void from_json(const nlohmann::json& json, Coverage& coverage) {
  json.at("scripts").get_to(coverage.scripts);
  json.at("contended").get_to(coverage.contended);
  json.at("timed").get_to(coverage.timed);
  json.at("killed").get_to(coverage.killed);
  coverage.situations.add_seen(json.at("situations").get<std::string>());
}

}  // namespace lockstep::cli
