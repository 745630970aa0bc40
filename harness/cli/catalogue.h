#pragma once

#include <cstdint>
#include <stdexcept>
#include <string>
#include <vector>

#include <nlohmann/json.hpp>

#include "harness/cli/home.h"
#include "harness/cli/plan.h"
#include "harness/model/script.h"
#include "harness/spec/clause.h"

namespace lockstep::cli {

// One clause of conformance/clauses.toml.
struct CatalogueClause {
  std::string id;
  std::string level;  // MUST, SHOULD, MAY, OBSERVED
  int since = 0;      // the first and the last edition in which it holds
  int until = INT32_MAX;
  nlohmann::json entry;  // all of it, as results.json shows it
};

// One case: a script, or a small Python program for what no script can say.
struct CatalogueCase {
  std::string name;  // "lock/release-by-another-process", "python/pickle"
  std::string file;  // from the project's root
  std::string title;
  std::string text;
  std::vector<std::string> clauses;  // the first is the main one, and gives the case its level
  std::string level;
  std::string slow;  // why it takes long; empty if it does not
  bool python = false;
  model::Script script;  // of a script
};

// What the documentation promises and what checks it.
struct Catalogue {
  std::vector<CatalogueClause> clauses;
  std::vector<CatalogueCase> cases;
  std::vector<std::string> problems;  // cases that are left out: "FILE:LINE: what is wrong, what was expected"

  [[nodiscard]] const CatalogueClause* find(const std::string& id) const;
};

// Which cases are to be run.
struct Selection {
  std::vector<std::string> clauses;  // globs, one of which must match one of the case's clauses
  std::vector<std::string> cases;    // names, globs over names, or files
  bool slow = false;                 // those that take long, too
  Shard shard;                       // by a hash of the name, so that a new case moves no other
};

// Reads the catalogue by the program that checks it (conformance/listing.py). A case that can't be read is a problem,
// no error. Throws AdapterError if there is no catalogue.
[[nodiscard]] Catalogue read_catalogue(const Home& home);

// The same from the text that the program prints.
[[nodiscard]] Catalogue parse_catalogue(const std::string& listing);

// The name of a case, from a name, a glob over names, or a file.
[[nodiscard]] std::string case_name_of(std::string wanted);

// The cases selected, by index, in the catalogue's order. Throws UsageError, naming it, for a clause or a case that
// nothing matches.
[[nodiscard]] std::vector<std::size_t> select(const Catalogue& catalogue, const Selection& selection);

// Whether the level binds one who is held to `held`: MAY binds everybody, to one of what may be.
[[nodiscard]] bool binds(const std::string& level, spec::Level held);

}  // namespace lockstep::cli
