#include <algorithm>
#include <cstdio>
#include <filesystem>

#include "harness/cli/catalogue.h"
#include "harness/cli/command.h"

namespace lockstep::cli {
namespace {

int list_catalogue(const Options& options, const Home& home) {
  const Catalogue catalogue = read_catalogue(home);
  for (const CatalogueClause& clause : options.list_clauses ? catalogue.clauses : std::vector<CatalogueClause>()) {
    std::printf("%-44s %-8s %s\n", clause.id.c_str(), clause.level.c_str(),
                clause.entry.at("text").get<std::string>().c_str());
  }
  for (const CatalogueCase& one : options.list_cases ? catalogue.cases : std::vector<CatalogueCase>()) {
    std::printf("%-44s %-8s %s\n", one.name.c_str(), one.level.c_str(), one.title.c_str());
  }
  for (const std::string& problem : catalogue.problems) {
    std::fprintf(stderr, "%s\n", problem.c_str());
  }
  return catalogue.problems.empty() ? 0 : 2;
}

// A target is a file, and known by nothing else.
int list_targets(const Home& home) {
  std::vector<std::string> names;
  for (const auto& entry : std::filesystem::directory_iterator(home.checkout + "/fuzz")) {
    const std::filesystem::path& path = entry.path();
    if (path.extension() == ".cc" && path.stem().string().starts_with("fuzz_")) {
      names.push_back(path.stem().string());
    }
  }
  std::sort(names.begin(), names.end());
  for (const std::string& name : names) {
    std::puts(name.c_str());
  }
  return 0;
}

}  // namespace

int command_list(const Options& options) {
  if (options.list_targets) {
    return list_targets(find_home());
  }
  if (options.list_clauses || options.list_cases) {
    return list_catalogue(options, find_home());
  }
  Options all = options;
  if (all.impl.empty()) {
    all.impl = {"all"};
  }
  for (const Subject& subject : subjects_of(all, find_home())) {
    const std::string note = !subject.failure.empty()       ? "FAILED: " + subject.failure
                             : !subject.skip_reason.empty() ? "skipped: " + subject.skip_reason
                             : !subject.note.empty()        ? "real time: " + subject.note
                             : subject.time == Time::kReal  ? "real time"
                                                            : "virtual time";
    std::printf("%-19s %-8s %-11s %s  --impl %s\n", subject.name.c_str(), subject.python_version.c_str(),
                subject.start_method.c_str(), note.c_str(), subject.impl.c_str());
  }
  return 0;
}

}  // namespace lockstep::cli
