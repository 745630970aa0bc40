#pragma once

#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "harness/cli/conformance.h"
#include "harness/cli/investigation.h"
#include "harness/cli/verdicts.h"

namespace lockstep::cli {

// What one of several workers does of a run of the catalogue: takes a subject, or a part of one's cases, as long as
// there are any that nobody has taken. It lives in a process of its own.
class ConformanceWorker {
 public:
  // `subjects` as they are held to; what `run` has is its catalogue and what is selected of it.
  ConformanceWorker(const std::vector<Subject>& subjects, const Conformance& run, const Plan& plan, const Home& home,
                    processes::Progress& progress);

  // Returns its part of the results as JSON.
  [[nodiscard]] std::string run();

 private:
  void run_subject(const Share& share);
  [[nodiscard]] std::vector<std::size_t> in_order(const Share& share) const;
  void run_script(std::size_t number, std::size_t of_case);
  void run_programs(std::size_t number, const std::vector<std::size_t>& cases);

  [[nodiscard]] Judged replay(const model::Script& script, const std::string& name);
  void explain(CaseResult& result, const model::Script& script, const Judged& judged);
  [[nodiscard]] nlohmann::json program_results(const std::vector<std::size_t>& cases);
  void take_program(CaseResult result, const nlohmann::json& answer);
  void note(CaseResult result);

  const std::vector<Subject>& subjects_;
  const Conformance& run_;
  const Plan& plan_;
  const Home& home_;
  processes::Progress& progress_;
  std::vector<CaseResult> results_;
  std::vector<std::string> errors_;

  // Of the subject at work.
  const Subject* subject_ = nullptr;
  std::unique_ptr<Verdicts> verdicts_;
  std::unique_ptr<replay::Carrier> carrier_;
  trace::Trace trace_;
  std::map<int, std::unique_ptr<replay::Carrier>> references_;  // by edition: what divergences are shown beside
  bool does_not_start_ = false;                                 // which is said once, not for every case
  int carriers_ = 0;
};

}  // namespace lockstep::cli
