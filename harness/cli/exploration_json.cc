#include <nlohmann/json.hpp>

#include "harness/cli/exploration.h"
#include "harness/script/parse.h"
#include "harness/script/print.h"

namespace lockstep::cli {

void to_json(nlohmann::json& json, const Witness& witness) {
  json = {{"script", script::print(witness.script)}, {"schedule", witness.schedule}};
}

void from_json(const nlohmann::json& json, Witness& witness) {
  witness.script = script::parse(json.at("script").get<std::string>(), "witness").value();
  witness.schedule = json.at("schedule");
}

namespace {

nlohmann::json optional_json(const std::optional<Witness>& witness) {
  return witness.has_value() ? nlohmann::json(*witness) : nlohmann::json();
}

std::optional<Witness> optional_witness(const nlohmann::json& json) {
  return json.is_null() ? std::nullopt : std::optional(json.get<Witness>());
}

}  // namespace

void to_json(nlohmann::json& json, const Explored& explored) {
  json = {{"scripts", explored.scripts},
          {"simulated", explored.simulated},
          {"passed", explored.passed},
          {"diverged_as_known", explored.diverged_as_known},
          {"steps", explored.steps},
          {"broken", explored.broken},
          {"complete", explored.complete},
          {"schedules", explored.schedules},
          {"decisions", explored.decisions},
          {"behaviours", explored.behaviours},
          {"left_out", explored.left_out},
          {"deadlocks", explored.deadlocks},
          {"exhausted", explored.exhausted},
          {"depth", explored.depth},
          {"kinds", explored.kinds},
          {"known_count", explored.known_count},
          {"known", explored.known},
          {"unexpected", optional_json(explored.unexpected)},
          {"nondeterministic", optional_json(explored.nondeterministic)},
          {"deadlock", optional_json(explored.deadlock)},
          {"starving", optional_json(explored.starving)},
          {"bypasses", explored.bypasses},
          {"inconclusive", explored.inconclusive}};
}

void from_json(const nlohmann::json& json, Explored& explored) {
  json.at("scripts").get_to(explored.scripts);
  json.at("simulated").get_to(explored.simulated);
  json.at("passed").get_to(explored.passed);
  json.at("diverged_as_known").get_to(explored.diverged_as_known);
  json.at("steps").get_to(explored.steps);
  json.at("broken").get_to(explored.broken);
  json.at("complete").get_to(explored.complete);
  json.at("schedules").get_to(explored.schedules);
  json.at("decisions").get_to(explored.decisions);
  json.at("behaviours").get_to(explored.behaviours);
  json.at("left_out").get_to(explored.left_out);
  json.at("deadlocks").get_to(explored.deadlocks);
  json.at("exhausted").get_to(explored.exhausted);
  json.at("depth").get_to(explored.depth);
  json.at("kinds").get_to(explored.kinds);
  json.at("known_count").get_to(explored.known_count);
  json.at("known").get_to(explored.known);
  explored.unexpected = optional_witness(json.at("unexpected"));
  explored.nondeterministic = optional_witness(json.at("nondeterministic"));
  explored.deadlock = optional_witness(json.at("deadlock"));
  explored.starving = optional_witness(json.at("starving"));
  json.at("bypasses").get_to(explored.bypasses);
  json.at("inconclusive").get_to(explored.inconclusive);
}

}  // namespace lockstep::cli
