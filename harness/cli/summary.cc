#include "harness/cli/summary.h"

#include <algorithm>
#include <cstdarg>
#include <cstdio>
#include <sstream>

#include "harness/cli/divergence_json.h"
#include "harness/script/print.h"

namespace lockstep::cli {
namespace {

constexpr std::size_t kMissingShown = 3;

[[gnu::format(printf, 1, 2)]] std::string format(const char* pattern, ...) {
  char text[512];
  va_list arguments;
  va_start(arguments, pattern);
  std::vsnprintf(text, sizeof text, pattern, arguments);
  va_end(arguments);
  return text;
}

unsigned long long number(std::uint64_t value) { return value; }

std::string indented(const std::string& text) {
  std::istringstream lines(text);
  std::string result;
  for (std::string line; std::getline(lines, line);) {
    result += line.empty() ? "\n" : "    " + line + "\n";
  }
  return result;
}

std::string subject_line(const Subject& subject, const Tally& tally, const CaseCounts& cases) {
  std::string line = format("%-19s %-7s %-11s %-8s", subject.name.c_str(), subject.python_version.c_str(),
                            subject.start_method.c_str(), subject.time == Time::kVirtual ? "virtual" : "real");
  if (!subject.skip_reason.empty()) {
    return line + "skipped: " + subject.skip_reason + "\n";
  }
  if (!subject.failure.empty() || !tally.failure.empty()) {
    line += "FAILED: " + (subject.failure.empty() ? tally.failure : subject.failure);
    return line + (tally.scripts > 0 ? format(" (after %llu scripts)\n", number(tally.scripts)) : "\n");
  }
  if (cases.cases + cases.skipped > 0) {
    line +=
        format("%4llu cases %4llu pass %3llu known", number(cases.cases), number(cases.passed), number(cases.known));
    line += cases.unexpected > 0 ? format(" %llu FAIL", number(cases.unexpected)) : "";
    line += cases.vanished > 0 ? format(" %llu WENT AWAY", number(cases.vanished)) : "";
    line += cases.inconclusive > 0 ? format(" %llu inconclusive", number(cases.inconclusive)) : "";
    line += cases.skipped > 0 ? format(" %llu skipped", number(cases.skipped)) : "";
    line += tally.scripts > 0 ? ";" : "";
  }
  if (tally.scripts > 0) {
    line += format("%7llu scripts %7llu agree", number(tally.scripts), number(tally.passed));
    line += tally.known > 0 ? format(" %5llu known", number(tally.known)) : "";
    line += tally.inconclusive > 0 ? format(" %llu inconclusive", number(tally.inconclusive)) : "";
    line += tally.unexpected > 0 ? format(" %llu DIVERGE", number(tally.unexpected)) : "";
  }
  if (!(subject.has_lock && subject.has_rlock)) {
    line += subject.has_lock ? " (no RLock: skipped)" : " (no Lock: skipped)";
  }
  line += subject.note.empty() ? "" : " (not in virtual time: " + subject.note + ")";
  return line + "\n";
}

// One line for each expectation, however many implementations it explains.
std::string known_lines(const Run& run) {
  std::string text;
  std::vector<std::string> told;
  for (const Divergence& divergence : run.divergences) {
    if (!divergence.known || std::find(told.begin(), told.end(), divergence.expectation) != told.end()) {
      continue;
    }
    told.push_back(divergence.expectation);
    text += "  " + divergence.expectation + "  " + divergence.finding.clause + ": expected " +
            divergence.finding.expected + ", observed " + divergence.finding.observed +
            format(" (%llu scripts)\n", number(divergence.occurrences));
  }
  return text.empty() ? text : "known divergences\n" + text;
}

std::string coverage_text(const Coverage& coverage) {
  if (coverage.scripts == 0) {
    return "";
  }
  const auto percent = [&](std::uint64_t part) {
    return 100.0 * static_cast<double>(part) / static_cast<double>(coverage.scripts);
  };
  std::string text = format(
      "coverage: %.0f%% of the scripts have a contended wait, %.0f%% a timeout that matters, "
      "%.1f%% a kill; %zu of %zu transitions of the specification\n",
      percent(coverage.contended), percent(coverage.timed), percent(coverage.killed), coverage.situations.reached(),
      coverage.situations.reachable());
  const std::vector<std::string> missing = coverage.situations.missing();
  for (std::size_t index = 0; index < std::min(missing.size(), kMissingShown); ++index) {
    text += "  never seen: " + missing[index] + "\n";
  }
  if (missing.size() > kMissingShown) {
    text += format("  and %zu more, in results.json\n", missing.size() - kMissingShown);
  }
  return text;
}

// What became of each step, in a few words.
std::vector<std::string> cells(const model::Script& script, const trace::Trace& trace) {
  std::vector<std::string> result(script.steps.size());
  for (const trace::Event& event : trace.events) {
    if (event.kind == trace::EventKind::kEnded) {
      break;
    }
    std::string word;
    if (event.kind == trace::EventKind::kBlocked) {
      word = "blocks";
    } else if (event.kind == trace::EventKind::kPending) {
      word = "pending";
    } else if (event.kind == trace::EventKind::kSkipped) {
      word = "skipped";
    } else if (event.kind == trace::EventKind::kReturned ||
               (event.kind == trace::EventKind::kDone && event.outcome.kind != model::OutcomeKind::kNone)) {
      word = to_string(event.outcome);
      word.resize(
          std::min(word.size(), event.outcome.kind == model::OutcomeKind::kRaised ? word.find('(') : word.size()));
    }
    std::string& cell = result[static_cast<std::size_t>(event.step)];
    cell += (cell.empty() || word.empty() ? "" : ", ") + word;
  }
  return result;
}

std::string aligned(const std::vector<std::vector<std::string>>& table) {
  std::vector<std::size_t> widths(table.front().size());
  for (const auto& row : table) {
    for (std::size_t column = 0; column < row.size(); ++column) {
      widths[column] = std::max(widths[column], row[column].size());
    }
  }
  std::string text;
  for (const auto& row : table) {
    std::string line;
    for (std::size_t column = 0; column < row.size(); ++column) {
      line += row[column] + std::string(widths[column] - row[column].size() + 2, ' ');
    }
    line.erase(line.find_last_not_of(' ') + 1);
    text += line + "\n";
  }
  return text;
}

}  // namespace

std::string divergence_text(const Run& run, const Divergence& divergence) {
  const Subject& subject = run.subjects[divergence.subject];
  const auto& steps = divergence.script.steps;
  const auto step = static_cast<std::size_t>(std::max(divergence.finding.step, 0));
  std::string text = "\n" + (divergence.known ? "KNOWN " + divergence.expectation : std::string("DIVERGENCE")) + "  " +
                     subject.label() + ": " + divergence.finding.clause + "\n";
  text +=
      "  at step   " + (step < steps.size() ? script::print_step(divergence.script, steps[step]) : "the end") + "\n";
  text += "  expected  " + divergence.finding.expected + "\n";
  text += "  observed  " + divergence.finding.observed + "\n";
  text += format("  script    %zu steps, shrunk from %d\n\n", steps.size(), divergence.steps_before_shrinking);
  text += indented(script::print(divergence.script));
  return text + "\n  repeat    " + replay_command(subject, divergence.script, "SCRIPT.lks") + "\n";
}

std::string summary(const Run& run, bool quiet) {
  std::string text;
  for (std::size_t index = 0; index < run.subjects.size(); ++index) {
    const Tally& tally = run.campaign.tallies[index];
    const Subject& subject = run.subjects[index];
    const CaseCounts cases = run.conformance.counts(index);
    const bool good =
        subject.runs() && tally.failure.empty() && tally.unexpected + cases.unexpected + cases.vanished == 0;
    const bool has_run = !good || tally.scripts + cases.cases > 0;
    if (has_run && !(quiet && good)) {
      text += subject_line(subject, tally, cases);
    }
  }
  if (!quiet) {
    text += known_lines(run);
    text += coverage_text(run.campaign.coverage);
    if (!run.conformance.results.empty()) {
      text += format("%zu cases in %.1f s\n", run.conformance.selected.size(), run.conformance.seconds);
    }
    if (run.campaign.replays > 0) {
      text += format("%llu replays in %.1f s (%.0f/s)\n", number(run.campaign.replays), run.campaign.seconds,
                     static_cast<double>(run.campaign.replays) / std::max(run.campaign.seconds, 1e-3));
    }
  }
  for (const Divergence& divergence : run.divergences) {
    if (!divergence.known) {
      text += divergence_text(run, divergence);
    }
  }
  text += cases_text(run);
  for (const std::string& error : run.errors) {
    text += "error: " + error + "\n";
  }
  for (const std::string& problem : run.conformance.catalogue.problems) {
    text += "error: " + problem + "\n";
  }
  return text;
}

std::string side_by_side(const model::Script& script, const std::vector<Column>& columns) {
  std::vector<Column> distinct;
  for (const Column& column : columns) {
    const auto same = std::find_if(distinct.begin(), distinct.end(), [&](const Column& other) {
      return cells(script, *other.trace) == cells(script, *column.trace);
    });
    if (same == distinct.end()) {
      distinct.push_back(column);
    } else {
      same->title += ", " + column.title;
    }
  }
  std::vector<std::vector<std::string>> table = {{""}};
  for (const model::Step& step : script.steps) {
    table.push_back({script::print_step(script, step)});
  }
  std::string text;
  for (std::size_t column = 0; column < distinct.size(); ++column) {
    text += format("[%zu] ", column + 1) + distinct[column].title + "\n";
    table[0].push_back(format("[%zu]", column + 1));
    const std::vector<std::string> outcomes = cells(script, *distinct[column].trace);
    for (std::size_t step = 0; step < outcomes.size(); ++step) {
      table[step + 1].push_back(outcomes[step]);
    }
  }
  return text + "\n" + aligned(table);
}

}  // namespace lockstep::cli
