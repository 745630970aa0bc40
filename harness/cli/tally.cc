#include "harness/cli/tally.h"

#include <algorithm>

#include <nlohmann/json.hpp>

namespace lockstep::cli {
namespace {

constexpr std::size_t kExamplesMax = 8;

// Keeps the example of the lowest index for each way to diverge.
void keep(std::vector<Example>& examples, const Example& example) {
  const auto same = std::find_if(examples.begin(), examples.end(), [&](const Example& known) {
    return known.clause == example.clause && known.expected == example.expected && known.observed == example.observed;
  });
  if (same == examples.end()) {
    examples.push_back(example);
  } else if (example.index < same->index) {
    *same = example;
  }
  std::sort(examples.begin(), examples.end(),
            [](const Example& a, const Example& b) { return std::tie(a.group, a.index) < std::tie(b.group, b.index); });
  if (examples.size() > kExamplesMax) {
    examples.pop_back();
  }
}

}  // namespace

NLOHMANN_DEFINE_TYPE_NON_INTRUSIVE(Example, group, index, clause, expected, observed)
NLOHMANN_DEFINE_TYPE_NON_INTRUSIVE(KnownDivergence, occurrences, first)

void Tally::add(const Judged& judged, std::size_t steps_taken, const Example& example) {
  ++scripts;
  steps += steps_taken;
  switch (judged.standing) {
    case Standing::kPassed:
      ++passed;
      break;
    case Standing::kKnown:
      ++known;
      for (const std::string& id : judged.expectations) {
        KnownDivergence& divergence = by_expectation[id];
        if (divergence.occurrences++ == 0 || example.index < divergence.first.index) {
          divergence.first = example;
        }
      }
      break;
    case Standing::kUnexpected:
      ++unexpected;
      keep(examples, example);
      break;
    case Standing::kInconclusive:
      ++inconclusive;
      inconclusive_reason = judged.finding.observed;
      break;
  }
}

void Tally::merge(const Tally& other) {
  scripts += other.scripts;
  steps += other.steps;
  passed += other.passed;
  known += other.known;
  unexpected += other.unexpected;
  inconclusive += other.inconclusive;
  for (const auto& [id, theirs] : other.by_expectation) {
    KnownDivergence& ours = by_expectation[id];
    if (ours.occurrences == 0 || theirs.first.index < ours.first.index) {
      ours.first = theirs.first;
    }
    ours.occurrences += theirs.occurrences;
  }
  for (const Example& example : other.examples) {
    keep(examples, example);
  }
  if (!other.inconclusive_reason.empty()) {
    inconclusive_reason = other.inconclusive_reason;
  }
  if (failure.empty()) {
    failure = other.failure;
  }
}

void to_json(nlohmann::json& json, const Tally& tally) {
  json = {{"scripts", tally.scripts},
          {"steps", tally.steps},
          {"passed", tally.passed},
          {"known", tally.known},
          {"unexpected", tally.unexpected},
          {"inconclusive", tally.inconclusive},
          {"by_expectation", tally.by_expectation},
          {"examples", tally.examples},
          {"inconclusive_reason", tally.inconclusive_reason},
          {"failure", tally.failure}};
}

void from_json(const nlohmann::json& json, Tally& tally) {
  json.at("scripts").get_to(tally.scripts);
  json.at("steps").get_to(tally.steps);
  json.at("passed").get_to(tally.passed);
  json.at("known").get_to(tally.known);
  json.at("unexpected").get_to(tally.unexpected);
  json.at("inconclusive").get_to(tally.inconclusive);
  json.at("by_expectation").get_to(tally.by_expectation);
  json.at("examples").get_to(tally.examples);
  json.at("inconclusive_reason").get_to(tally.inconclusive_reason);
  json.at("failure").get_to(tally.failure);
}

}  // namespace lockstep::cli
