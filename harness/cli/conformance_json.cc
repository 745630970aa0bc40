#include "harness/cli/conformance_json.h"

#include <algorithm>
#include <array>
#include <map>
#include <string_view>
#include <tuple>

#include "harness/cli/divergence_json.h"

namespace lockstep::cli {
namespace {

using nlohmann::json;

// From the best to the worst.
constexpr std::array<std::string_view, 9> kOrder = {"skipped", "pass", "known", "vanished", "inconclusive",
                                                    "flaky",   "fail", "hang",  "crash"};

std::size_t rank(const std::string& verdict) {
  return static_cast<std::size_t>(std::find(kOrder.begin(), kOrder.end(), verdict) - kOrder.begin());
}

const CatalogueCase& case_of(const Run& run, const CaseResult& result) {
  return run.conformance.catalogue.cases[result.number];
}

std::string joined(const std::vector<std::string>& words) {
  std::string text;
  for (const std::string& word : words) {
    text += (text.empty() ? "" : ", ") + word;
  }
  return text;
}

json vanished_json(const Run& run, const Vanished& one) {
  const Subject& subject = run.subjects[one.subject];
  const judge::Finding finding{judge::Verdict::kDiverge, -1, -1, one.clause, "what " + one.expectation + " foresees",
                               "as documented"};
  json entry = program_divergence_json(subject, finding, one.expectation, one.reason, "");
  entry["kind"] = "vanished";
  entry["replay"] = "./run_tests.py conformance --impl " + subject.impl;
  entry["standalone_reason"] = "there is nothing to show";
  return entry;
}

}  // namespace

json clauses_json(const Run& run) {
  std::map<std::string, json> verdicts;
  std::map<std::string, json> cases;
  const auto add = [&](const std::string& clause, const std::string& label, const std::string& verdict) {
    json& known = verdicts[clause][label];
    if (known.is_null() || rank(known.get<std::string>()) < rank(verdict)) {
      known = verdict;
    }
  };
  for (const CaseResult& result : run.conformance.results) {
    for (const std::string& clause : case_of(run, result).clauses) {
      add(clause, run.subjects[result.subject].label(), result.verdict);
    }
  }
  for (const Vanished& one : run.conformance.vanished) {
    add(one.clause, run.subjects[one.subject].label(), "vanished");
  }
  for (const std::size_t number : run.conformance.selected) {
    const CatalogueCase& one = run.conformance.catalogue.cases[number];
    for (const std::string& clause : one.clauses) {
      cases[clause].push_back(one.name);
    }
  }
  json clauses = json::array();
  for (const CatalogueClause& clause : run.conformance.catalogue.clauses) {
    json entry = clause.entry;
    entry["cases"] = cases.count(clause.id) == 0 ? json::array() : cases.at(clause.id);
    entry["verdicts"] = verdicts.count(clause.id) == 0 ? json::object() : verdicts.at(clause.id);
    clauses.push_back(std::move(entry));
  }
  return clauses;
}

json cases_json(const Run& run) {
  std::map<std::size_t, json> verdicts;
  for (const CaseResult& result : run.conformance.results) {
    verdicts[result.number][run.subjects[result.subject].label()] = {
        {"verdict", result.verdict},   {"expectation", joined(result.expectations)},
        {"clause", result.clause},     {"expected", result.expected},
        {"observed", result.observed}, {"step", result.step},
        {"reason", result.reason}};
  }
  json cases = json::array();
  for (const std::size_t number : run.conformance.selected) {
    const CatalogueCase& one = run.conformance.catalogue.cases[number];
    cases.push_back({{"name", one.name},
                     {"title", one.title},
                     {"clauses", one.clauses},
                     {"level", one.level},
                     {"kind", one.python ? "python" : "script"},
                     {"file", one.file},
                     {"text", one.text},
                     {"verdicts", verdicts.count(number) == 0 ? json::object() : verdicts.at(number)}});
  }
  return cases;
}

std::vector<json> case_divergences(const Run& run) {
  std::vector<json> divergences;
  std::map<std::tuple<std::size_t, std::string, std::string, std::string, std::string>, std::size_t> known;
  for (const CaseResult& result : run.conformance.results) {
    if (result.divergence.is_null()) {
      continue;
    }
    const Subject& subject = run.subjects[result.subject];
    const auto [same, is_new] =
        known.try_emplace({result.number, joined(result.expectations), result.clause, result.expected, result.observed},
                          divergences.size());
    if (is_new) {
      divergences.push_back(result.divergence);
      divergences.back()["case"] = case_of(run, result).name;
      divergences.back()["replay"] = case_command(run.conformance, case_of(run, result), subject);
      continue;
    }
    divergences[same->second]["also"].push_back(subject.label());
    divergences[same->second]["occurrences"] = divergences[same->second]["also"].size() + 1;
  }
  for (const Vanished& one : run.conformance.vanished) {
    divergences.push_back(vanished_json(run, one));
  }
  return divergences;
}

bool has_undecided_must(const Conformance& run) {
  return std::any_of(run.results.begin(), run.results.end(), [&](const CaseResult& result) {
    const bool undecided = result.verdict == "inconclusive" || result.verdict == "flaky";
    return undecided && run.catalogue.cases[result.number].level == "MUST";
  });
}

std::string case_command(const Conformance& run, const CatalogueCase& one, const Subject& subject) {
  return "./run_tests.py conformance " + one.name + " --impl " + subject.impl +
         (run.edition.empty() ? "" : " --spec " + run.edition) + (one.slow.empty() ? "" : " --slow");
}

}  // namespace lockstep::cli
