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

// What one of several workers does of a run of the catalogue. It lives in a process of its own. Where there are fewer
// subjects than would keep all workers busy, each takes a part of every subject's cases.
class ConformanceWorker {
 public:
  // `subjects` as they are held to; what `run` has is its catalogue and what is selected of it.
  ConformanceWorker(const std::vector<Subject>& subjects, const Conformance& run, const Plan& plan, const Home& home,
                    int number, processes::Progress& progress);

  // Returns its part of the results as JSON.
  [[nodiscard]] std::string run();

 private:
  void run_subject(std::size_t number, std::size_t part, std::size_t parts);
  [[nodiscard]] std::vector<std::size_t> in_order(std::size_t part, std::size_t parts) const;
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
  int number_;
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
