#include "harness/cli/conformance_json.h"
#include "harness/cli/summary.h"
#include "harness/script/print.h"

namespace lockstep::cli {
namespace {

using nlohmann::json;

std::string text_of(const json& divergence, const char* key) { return divergence.at(key).get<std::string>(); }

// The step of the script, or what the Python case did.
std::string place(const CatalogueCase& one, const json& divergence) {
  if (one.python) {
    return text_of(divergence, "what");
  }
  const int step = divergence.at("step").get<int>();
  const bool is_step = step >= 0 && step < static_cast<int>(one.script.steps.size());
  return is_step ? script::print_step(one.script, one.script.steps[static_cast<std::size_t>(step)]) : "the end";
}

std::string others(const json& divergence) {
  std::string text;
  for (const json& label : divergence.at("also")) {
    text += (text.empty() ? "" : ", ") + label.get<std::string>();
  }
  return text.empty() ? "" : "  also on   " + text + "\n";
}

}  // namespace

std::string cases_text(const Run& run) {
  std::string text;
  for (const json& divergence : case_divergences(run)) {
    const std::string kind = text_of(divergence, "kind");
    const std::string label = text_of(divergence, "implementation") + " " + text_of(divergence, "start_method");
    if (kind == "vanished") {
      text += "\nWENT AWAY  " + label + ": " + text_of(divergence, "expectation") + " (" +
              text_of(divergence, "clause") + ") is foreseen, and no case showed it\n  repeat    " +
              text_of(divergence, "replay") + "\n";
    }
    if (kind != "unexpected") {
      continue;
    }
    for (const std::size_t number : run.conformance.selected) {
      const CatalogueCase& one = run.conformance.catalogue.cases[number];
      if (one.name == text_of(divergence, "case")) {
        text += "\nFAILED  " + one.name + "  " + label + ": " + text_of(divergence, "clause") + "\n  " + one.title +
                "\n  at        " + place(one, divergence) + "\n";
      }
    }
    text += "  expected  " + text_of(divergence, "expected") + "\n  observed  " + text_of(divergence, "observed") +
            "\n" + others(divergence) + "  repeat    " + text_of(divergence, "replay") + "\n";
  }
  return text;
}

std::string closing_line(const Run& run) {
  CaseCounts sum;
  for (std::size_t subject = 0; subject < run.subjects.size(); ++subject) {
    const CaseCounts counts = run.conformance.counts(subject);
    sum.passed += counts.passed + counts.known;
    sum.unexpected += counts.unexpected + counts.vanished + counts.inconclusive;
    sum.unexpected += run.subjects[subject].failure.empty() ? 0 : 1;
    sum.skipped += counts.skipped + (run.subjects[subject].skip_reason.empty() ? 0 : 1);
  }
  return std::to_string(sum.passed) + " passed, " + std::to_string(sum.unexpected) + " failed, " +
         std::to_string(sum.skipped) + " skipped\n";
}

}  // namespace lockstep::cli
