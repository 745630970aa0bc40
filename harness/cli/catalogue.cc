#include "harness/cli/catalogue.h"

#include <algorithm>
#include <charconv>
#include <system_error>

#include "harness/cli/command.h"
#include "harness/judge/expectations.h"
#include "harness/processes/program.h"
#include "harness/replay/carrier.h"
#include "harness/script/parse.h"

namespace lockstep::cli {
namespace {

using nlohmann::json;

constexpr double kPatienceSeconds = 60;
const std::string kCasesFolder = "conformance/cases/";

// The minor version of an edition: 12 of "3.12".
int minor_of(const json& entry, const char* key, int otherwise) {
  const std::string edition = entry.value(key, std::string());
  const std::string digits = edition.substr(edition.find('.') + 1);
  int minor = otherwise;
  const auto read = std::from_chars(digits.data(), digits.data() + digits.size(), minor);
  if (!edition.empty() && read.ec != std::errc()) {
    throw replay::AdapterError("the catalogue of cases has an unknown edition: " + edition);
  }
  return minor;
}

// FNV-1a: stable, unlike std::hash.
std::uint64_t hash_of(const std::string& name) {
  std::uint64_t hash = 0xcbf29ce484222325ULL;
  for (const char letter : name) {
    hash = (hash ^ static_cast<unsigned char>(letter)) * 0x100000001b3ULL;
  }
  return hash;
}

bool has_clause(const CatalogueCase& one, const std::string& glob) {
  return std::any_of(one.clauses.begin(), one.clauses.end(),
                     [&](const std::string& clause) { return judge::matches_glob(glob, clause); });
}

void add_case(Catalogue& catalogue, const json& entry) {
  CatalogueCase one;
  one.name = entry.at("name");
  one.file = entry.at("file");
  one.title = entry.at("title");
  one.text = entry.at("text");
  one.clauses = entry.at("clauses").get<std::vector<std::string>>();
  one.level = entry.at("level");
  one.slow = entry.at("slow");
  one.python = entry.at("kind") == "python";
  if (!one.python) {
    auto parsed = script::parse(one.text, one.file);
    if (!parsed.ok()) {
      catalogue.problems.push_back(parsed.error().text());
      return;
    }
    one.script = std::move(parsed.value());
  }
  catalogue.cases.push_back(std::move(one));
}

}  // namespace

std::string case_name_of(std::string wanted) {
  if (const auto folder = wanted.rfind(kCasesFolder); folder != std::string::npos) {
    wanted.erase(0, folder + kCasesFolder.size());
  }
  for (const std::string suffix : {".lks", ".py"}) {
    if (wanted.size() > suffix.size() && wanted.compare(wanted.size() - suffix.size(), suffix.size(), suffix) == 0) {
      wanted.resize(wanted.size() - suffix.size());
    }
  }
  return wanted;
}

const CatalogueClause* Catalogue::find(const std::string& id) const {
  const auto found = std::find_if(clauses.begin(), clauses.end(), [&](const auto& clause) { return clause.id == id; });
  return found == clauses.end() ? nullptr : &*found;
}

Catalogue read_catalogue(const Home& home) {
  const processes::Finished finished = processes::run_program({home.python, "-P", "-m", "conformance.listing"},
                                                              {"PYTHONPATH=" + home.checkout}, kPatienceSeconds);
  if (finished.death != "exit status 0") {
    throw replay::AdapterError("the catalogue of cases can't be read: " + finished.errors + finished.death);
  }
  return parse_catalogue(finished.output);
}

Catalogue parse_catalogue(const std::string& listing) try {
  const json read = json::parse(listing);
  Catalogue catalogue;
  catalogue.problems = read.at("problems").get<std::vector<std::string>>();
  for (const json& entry : read.at("clauses")) {
    catalogue.clauses.push_back(
        {entry.at("id"), entry.at("level"), minor_of(entry, "since", 0), minor_of(entry, "until", INT32_MAX), entry});
  }
  for (const json& entry : read.at("cases")) {
    add_case(catalogue, entry);
  }
  return catalogue;
} catch (const json::exception& error) {
  throw replay::AdapterError(std::string("the catalogue of cases can't be read: ") + error.what());
}

std::vector<std::size_t> select(const Catalogue& catalogue, const Selection& selection) {
  const auto nobody_has = [&](const std::string& glob) {
    return std::none_of(catalogue.cases.begin(), catalogue.cases.end(),
                        [&](const CatalogueCase& one) { return has_clause(one, glob); });
  };
  for (const std::string& glob : selection.clauses) {
    if (nobody_has(glob)) {
      throw UsageError("--clause " + glob + ": no case has such a clause; `list --clauses` shows them");
    }
  }
  std::vector<std::string> patterns;
  for (const std::string& wanted : selection.cases) {
    patterns.push_back(case_name_of(wanted));
    if (std::none_of(catalogue.cases.begin(), catalogue.cases.end(),
                     [&](const auto& one) { return judge::matches_glob(patterns.back(), one.name); })) {
      throw UsageError(wanted + ": there is no such case; expected a name such as lock/release-unlocked, a glob over " +
                       "names, or a file under conformance/cases");
    }
  }
  std::vector<std::size_t> selected;
  for (std::size_t index = 0; index < catalogue.cases.size(); ++index) {
    const CatalogueCase& one = catalogue.cases[index];
    const auto any_of = [&](const std::vector<std::string>& globs, auto matches) {
      return globs.empty() || std::any_of(globs.begin(), globs.end(), matches);
    };
    if (any_of(selection.clauses, [&](const std::string& glob) { return has_clause(one, glob); }) &&
        any_of(patterns, [&](const std::string& glob) { return judge::matches_glob(glob, one.name); }) &&
        (one.slow.empty() || selection.slow) && hash_of(one.name) % selection.shard.count == selection.shard.index) {
      selected.push_back(index);
    }
  }
  return selected;
}

bool binds(const std::string& level, spec::Level held) {
  return held == spec::Level::kObserved || level == "MUST" || level == "MAY" ||
         (level == "SHOULD" && held == spec::Level::kShould);
}

}  // namespace lockstep::cli
