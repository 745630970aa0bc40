#include "harness/cli/conformance_worker.h"

#include <algorithm>
#include <sstream>

#include "harness/cli/divergence_json.h"
#include "harness/processes/family.h"
#include "harness/processes/program.h"
#include "harness/script/hurry.h"

namespace lockstep::cli {
namespace {

using nlohmann::json;

constexpr double kRealSeconds = 0.3;     // that the pauses of a case may take in real time
constexpr double kProgramSeconds = 120;  // for one Python case: its host ends it long before
constexpr double kHostSeconds = 60;      // and for the host itself

std::string verdict_of(Standing standing) {
  switch (standing) {
    case Standing::kPassed:
      return "pass";
    case Standing::kKnown:
      return "known";
    case Standing::kUnexpected:
      return "fail";
    case Standing::kInconclusive:
      return "inconclusive";
  }
  return "";
}

// How many processes the script starts itself, and how many it ends: none of either is of use to the next one.
std::ptrdiff_t processes_spent(const model::Script& script) {
  return std::count_if(script.steps.begin(), script.steps.end(), [](const model::Step& step) {
    return step.kind == model::StepKind::kStartProcess || step.kind == model::StepKind::kFork ||
           step.kind == model::StepKind::kKill || step.kind == model::StepKind::kExit;
  });
}

// The last line of what a program said: of a traceback, the exception.
std::string last_line(const std::string& text) {
  std::istringstream lines(text);
  std::string last;
  for (std::string line; std::getline(lines, line);) {
    last = line.empty() ? last : line;
  }
  return last;
}

}  // namespace

ConformanceWorker::ConformanceWorker(const std::vector<Subject>& subjects, const Conformance& run, const Plan& plan,
                                     const Home& home, processes::Progress& progress)
    : subjects_(subjects), run_(run), plan_(plan), home_(home), progress_(progress) {}

std::string ConformanceWorker::run() {
  const std::size_t parts = run_.shares.empty() ? 1 : run_.shares.front().parts;
  progress_.planned.store(run_.shares.size() / parts * run_.selected.size());
  bool interrupted = false;
  try {
    for (std::size_t taken = progress_.next++; taken < run_.shares.size(); taken = progress_.next++) {
      run_subject(run_.shares[taken]);
    }
  } catch (const replay::Interrupted&) {
    interrupted = true;
  }
  return json({{"results", results_}, {"errors", errors_}, {"interrupted", interrupted}}).dump();
}

void ConformanceWorker::run_subject(const Share& share) {
  const std::size_t number = share.subject;
  subject_ = &subjects_[number];
  verdicts_ = std::make_unique<Verdicts>(*subject_, plan_, home_);
  carrier_.reset();
  does_not_start_ = false;
  std::vector<std::size_t> programs;
  for (const std::size_t of_case : in_order(share)) {
    const CatalogueCase& one = run_.catalogue.cases[of_case];
    const std::string reason = reason_to_skip(run_.catalogue, one, *subject_, plan_);
    if (!reason.empty()) {
      CaseResult result{number, of_case, "skipped", {}, "", "", "", "", -1, {}};
      result.reason = reason;
      note(std::move(result));
    } else if (one.python) {
      programs.push_back(of_case);
    } else {
      run_script(number, of_case);
    }
    if (processes::interrupted() || (plan_.fail_fast && progress_.stop.load() != 0)) {
      return;
    }
  }
  carrier_.reset();
  if (!programs.empty()) {
    run_programs(number, programs);
  }
}

// Those that leave all processes alive first: a process costs a tenth of a second where it is spawned, and many scripts
// can use the same one.
std::vector<std::size_t> ConformanceWorker::in_order(const Share& share) const {
  std::vector<std::size_t> cases;
  for (std::size_t at = share.part; at < run_.selected.size(); at += share.parts) {
    cases.push_back(run_.selected[at]);
  }
  const auto weight = [&](std::size_t of_case) {
    const model::Script& script = run_.catalogue.cases[of_case].script;
    const auto spent = processes_spent(script);
    return std::pair(spent, spent == 0 ? 0 : static_cast<std::ptrdiff_t>(script.processes.size()));
  };
  std::stable_sort(cases.begin(), cases.end(), [&](std::size_t a, std::size_t b) { return weight(a) < weight(b); });
  return cases;
}

Judged ConformanceWorker::replay(const model::Script& script, const std::string& name) {
  if (carrier_ == nullptr) {
    carrier_ = make_carrier(*subject_, carriers_++);
  }
  const replay::Item item{&script, 0};
  trace_ = carrier_->replay(std::span(&item, 1)).front();
  progress_.steps.fetch_add(script.steps.size());
  return verdicts_->judge_case(script, trace_, name);
}

void ConformanceWorker::run_script(std::size_t number, std::size_t of_case) {
  const CatalogueCase& one = run_.catalogue.cases[of_case];
  const model::Script script = subject_->time == Time::kReal ? script::hurried(one.script, kRealSeconds) : one.script;
  CaseResult result{number, of_case, "", {}, "", "", "", "", -1, {}};
  try {
    Judged judged = replay(script, one.name);
    if (judged.standing == Standing::kUnexpected) {
      const Judged first = judged;
      carrier_->renew();
      judged = replay(script, one.name);
      if (judged.standing != Standing::kUnexpected) {
        result.verdict = "flaky";
        result.reason = first.finding.observed + " instead of " + first.finding.expected +
                        " once, and not again in fresh processes";
      }
    }
    explain(result, script, judged);
  } catch (const replay::AdapterError& error) {
    result.verdict = "inconclusive";
    result.reason = error.what();
    if (!does_not_start_) {
      errors_.push_back(subject_->label() + ": " + one.name + ": " + error.what());
    }
    does_not_start_ = carrier_ == nullptr;
    carrier_.reset();
  }
  note(std::move(result));
}

void ConformanceWorker::explain(CaseResult& result, const model::Script& script, const Judged& judged) {
  result.verdict = result.verdict.empty() ? verdict_of(judged.standing) : result.verdict;
  result.reason = judged.standing == Standing::kInconclusive ? judged.finding.observed : result.reason;
  if (judged.standing != Standing::kKnown && judged.standing != Standing::kUnexpected) {
    return;
  }
  result.expectations = judged.expectations;
  result.clause = judged.finding.clause;
  result.expected = judged.finding.expected;
  result.observed = judged.finding.observed;
  result.step = judged.finding.step;
  Divergence divergence;
  divergence.known = judged.standing == Standing::kKnown;
  divergence.expectation = divergence.known ? judged.expectations.front() : "";
  divergence.reason = divergence.known ? verdicts_->reason_of(divergence.expectation) : "";
  divergence.occurrences = 1;
  divergence.script = script;
  divergence.trace = trace_;
  divergence.finding = judged.finding;
  const Subject& reference = subjects_.front();
  if (reference.runs() && reference.time == Time::kVirtual && !lacks_a_kind(reference, script)) {
    auto& carrier = references_[subject_->minor];
    if (carrier == nullptr) {
      carrier = make_carrier(reference_of_edition(reference, subject_->minor), carriers_++);
    }
    const replay::Item item{&script, 0};
    divergence.reference_trace = carrier->replay(std::span(&item, 1)).front();
  }
  result.divergence = divergence_json(*subject_, reference.start_method, divergence);
}

json ConformanceWorker::program_results(const std::vector<std::size_t>& cases) {
  std::vector<std::string> command = {subject_->launch.python,
                                      home_.checkout + "/conformance/case_host.py",
                                      "--module",
                                      subject_->module,
                                      "--start",
                                      subject_->start_method,
                                      "--minor",
                                      std::to_string(subject_->minor)};
  if (!options_of(*subject_, plan_.plug_in_level).exact_messages) {
    command.emplace_back("--by-type");
  }
  if (std::any_of(cases.begin(), cases.end(),
                  [&](std::size_t one) { return !run_.catalogue.cases[one].slow.empty(); })) {
    command.emplace_back("--slow");
  }
  for (const std::size_t of_case : cases) {
    command.push_back(home_.checkout + "/" + run_.catalogue.cases[of_case].file);
  }
  const processes::Finished finished = processes::run_program(
      command, subject_->launch.environment, kHostSeconds + kProgramSeconds * static_cast<double>(cases.size()));
  json answers = json::object();
  std::istringstream lines(finished.output);
  for (std::string line; std::getline(lines, line);) {
    const json answer = json::parse(line, nullptr, false);
    if (answer.is_object() && answer.contains("case")) {
      answers[answer.at("case").get<std::string>()] = answer;
    } else if (answer.is_object() && answer.contains("error")) {
      answers["error"] = answer.at("error");
    }
  }
  if (finished.death != "exit status 0" && !answers.contains("error")) {
    answers["error"] = "the host of the Python cases ended with " + finished.death + ": " + last_line(finished.errors);
  }
  return answers;
}

void ConformanceWorker::run_programs(std::size_t number, const std::vector<std::size_t>& cases) {
  const json answers = program_results(cases);
  if (answers.contains("error")) {
    errors_.push_back(subject_->label() + ": " + answers.at("error").get<std::string>());
  }
  for (const std::size_t of_case : cases) {
    const std::string& name = run_.catalogue.cases[of_case].name;
    CaseResult result{number, of_case, "", {}, "", "", "", "", -1, {}};
    if (!answers.contains(name)) {
      result.verdict = "inconclusive";
      result.reason = answers.value("error", std::string("the host of the Python cases gave no answer"));
      note(std::move(result));
      continue;
    }
    take_program(std::move(result), answers.at(name));
  }
}

void ConformanceWorker::take_program(CaseResult result, const json& answer) {
  const CatalogueCase& one = run_.catalogue.cases[result.number];
  const auto text = [&](const char* key) { return answer.value(key, std::string()); };
  result.verdict = text("verdict");
  result.reason = text("reason");
  if (result.verdict == "pass" || result.verdict == "skipped") {
    return note(std::move(result));
  }
  if (result.verdict == "error") {
    errors_.push_back(subject_->label() + ": " + one.file + ": " + text("reason"));
    result.verdict = "inconclusive";
    return note(std::move(result));
  }
  const judge::Finding finding{judge::Verdict::kDiverge, -1, -1, text("clause"), text("expected"), text("observed")};
  Judged judged = verdicts_->judge_finding(finding, one.name);
  if (judged.standing == Standing::kUnexpected) {
    const json again = program_results({result.number});
    const std::string second = again.contains(one.name) ? again.at(one.name).value("verdict", std::string()) : "";
    if (second == "pass" || second == "skipped") {
      result.verdict = "flaky";
      result.reason = finding.observed + " instead of " + finding.expected + " once, and not again";
      return note(std::move(result));
    }
  } else {
    result.verdict = "known";
  }
  result.expectations = judged.expectations;
  result.clause = finding.clause;
  result.expected = finding.expected;
  result.observed = finding.observed;
  const std::string expectation = judged.expectations.empty() ? "" : judged.expectations.front();
  result.divergence =
      program_divergence_json(*subject_, finding, expectation, verdicts_->reason_of(expectation), text("what"));
  note(std::move(result));
}

void ConformanceWorker::note(CaseResult result) {
  progress_.scripts.fetch_add(1);
  if (result.failed()) {
    progress_.divergences.fetch_add(1);
    progress_.stop.store(plan_.fail_fast ? 1 : 0);
  }
  results_.push_back(std::move(result));
}

}  // namespace lockstep::cli
