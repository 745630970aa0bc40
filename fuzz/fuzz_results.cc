#include <string_view>

#include "fuzz/support/report.h"
#include "fuzz/support/results_samples.h"
#include "fuzz/support/target.h"
#include "fuzz/support/text_mutator.h"
#include "harness/cli/catalogue.h"
#include "harness/judge/expectations.h"
#include "harness/replay/carrier.h"
#include "harness/script/token.h"
#include "harness/script/validate.h"

// Whatever stands in what the tools read, they read it or say what is wrong and where: tokens, expectation files, their
// conditions, the listing of the cases. The first byte says which (results_samples.h).
namespace lockstep::fuzz {
namespace {

void check_token(const std::string& token) {
  const auto fail = [&](const char* kind) { report("token", "script", "script.token", kind, token); };
  const base::Result<script::DecodedToken> decoded = script::decode(token);
  if (!decoded.ok()) {
    return decoded.error().message.empty() ? fail("error-without-words") : void();
  }
  const auto& [read, origin] = decoded.value();
  if (script::validate(read).has_value()) {
    return fail("invalid");
  }
  if (origin.has_value()) {
    if (script::seed_token(origin->profile, origin->seed, origin->index) != token) {
      fail("another-token");
    }
  } else if (script::script_token(read) != token || !(script::bare(read) == read)) {
    fail("another-token");
  }
}

void check_expectations(const std::string& text) {
  const auto fail = [&](const char* kind) { report("expectations", "reader", "expectations.text", kind, text); };
  const auto read = judge::read_expectations(text, "no-such-folder/input.toml");
  if (!read.ok()) {
    const base::InputError& error = read.error();
    return error.file.empty() || error.line < 1 || error.column < 1 || error.message.empty() ? fail("error-place")
                                                                                             : void();
  }
  const judge::Facts facts{"cpython", "3.11.2", "3.11.2", "2.36", "x86_64", "fork"};
  for (const judge::Divergence& entry : read.value()) {
    if (entry.id.empty() || entry.reason.empty() || entry.clause.empty() == entry.case_name.empty()) {
      fail("incomplete");
    }
    (void)judge::concerns(entry, facts);
    (void)judge::matches_glob(entry.clause, "lock.acquire.timeout-positive");
  }
}

void check_condition(const std::string& text) {
  const auto read = judge::Condition::parse(text);
  if (!read.ok()) {
    const auto column = static_cast<std::size_t>(read.error().column);
    if (column < 1 || column > text.size() + 1 || read.error().message.empty()) {
      report("condition", "reader", "expectations.when", "error-place", text);
    }
    return;
  }
  const judge::Facts facts{"cpython", "3.11.2", "3.11.2", "2.36", "x86_64", "fork"};
  const auto negated = judge::Condition::parse("not (" + text + ")");
  if (negated.ok() && negated.value().holds(facts) == read.value().holds(facts)) {
    report("condition", "reader", "expectations.when", "negation", text);
  }
}

void check_listing(const std::string& text) {
  try {
    for (const cli::CatalogueCase& one : cli::parse_catalogue(text).cases) {
      if (!one.python && script::validate(one.script).has_value()) {
        report("catalogue", "reader", "catalogue.listing", "invalid-script", text);
      }
    }
  } catch (const replay::AdapterError& error) {
    if (std::string_view(error.what()).empty()) {
      report("catalogue", "reader", "catalogue.listing", "error-without-words", text);
    }
  }
}

void check(const Document& document) {
  switch (document.reader) {
    case Reader::kToken:
      return check_token(document.text);
    case Reader::kExpectations:
      return check_expectations(document.text);
    case Reader::kCondition:
      return check_condition(document.text);
    case Reader::kListing:
      return check_listing(document.text);
  }
}

}  // namespace

std::string text_of(std::span<const std::uint8_t> input) { return document_of(input).text + "\n"; }

}  // namespace lockstep::fuzz

namespace fuzz = lockstep::fuzz;

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  fuzz::check(fuzz::document_of({data, size}));
  return 0;
}

// NOLINTNEXTLINE(readability-identifier-naming): libFuzzer's name
extern "C" std::size_t LLVMFuzzerCustomMutator(std::uint8_t* data, std::size_t size, std::size_t size_max,
                                               unsigned seed) {
  lockstep::base::Random random(seed);
  if (size == 0 || random.chance(5)) {
    data[0] = static_cast<std::uint8_t>(random.below(fuzz::kReaders));
    size = 1;
  }
  const std::string donor = fuzz::sample_of(data[0], random);
  return 1 + fuzz::mutate_text_input(data + 1, size - 1, size_max - 1, donor, random);
}
