#include "fuzz/support/results_samples.h"

#include <vector>

#include "harness/script/token.h"
#include "harness/script/token_script.h"

namespace lockstep::fuzz {
namespace {

constexpr unsigned kPayload = 4;

constexpr const char* kExpectations = R"(# A comment.
extends = "base"

[[divergence]]
id = "X-1"
clause = "*.acquire.timeout-*"
when = 'python < "3.14" and not arch == "x86_64"'
policy = "timeout-overflow"
reason = """because
of this"""
link = "https://example.org/1"

[[divergence]]
id = "X-2"
case = "lock/with*"
observed = "raises *"
reason = "because"
sometimes = true
)";

constexpr const char* kConditions[] = {
    R"(python < "3.12")",
    R"(not (implementation == "cpython" or version >= "4.2.0") and libc != "2.36")",
    R"(start_method == "fork" or arch == "x86_64" and python <= "3.9.18")",
};

constexpr const char* kListing = R"({"problems": ["cases/a.lks:1: wrong"],
"clauses": [{"id": "lock.acquire.held", "level": "MUST", "since": "3.8", "until": "", "text": "It blocks."}],
"cases": [{"name": "lock/a", "file": "cases/a.lks", "kind": "script", "title": "A", "level": "MUST", "slow": "",
"clauses": ["lock.acquire.held"], "text": "lock L = Lock()\nprocess P: a\na: L.acquire() -> True\n"},
{"name": "python/b", "file": "cases/b.py", "kind": "python", "title": "B", "level": "MAY", "slow": "an hour",
"clauses": ["lock.acquire.held"], "text": "import sys\n"}]}
)";

model::Script short_script(base::Random& random) {
  script::Profile profile;
  profile.steps = 6;
  profile.races = profile.edition_edges = profile.reprs = true;
  profile.lifecycle_percent = profile.edge_percent = 50;
  return script::bare(script::generate(profile, random.next(), 0));
}

std::string sample_payload(base::Random& random) {
  script::BitWriter out;
  script::encode_script(short_script(random), out);
  return "x" + std::string(out.bytes().begin(), out.bytes().end());
}

std::string sample_token(base::Random& random) {
  if (random.chance(50)) {
    return script::seed_token(script::Profile(), random.next(), random.below(1000));
  }
  return script::script_token(short_script(random)).value_or("L1x-");
}

}  // namespace

Document document_of(std::span<const std::uint8_t> input) {
  if (input.empty()) {
    return {};
  }
  const unsigned which = input[0] % kReaders;
  const std::string text(input.begin() + 1, input.end());
  if (which != kPayload) {
    return {static_cast<Reader>(which), text};
  }
  const char kind = text.empty() || text[0] % 2 != 0 ? 's' : 'x';
  return {Reader::kToken, script::seal(kind, {text.begin() + (text.empty() ? 0 : 1), text.end()})};
}

std::string sample_of(std::uint8_t reader, base::Random& random) {
  switch (reader % kReaders) {
    case static_cast<unsigned>(Reader::kToken):
      return sample_token(random);
    case static_cast<unsigned>(Reader::kExpectations):
      return kExpectations;
    case static_cast<unsigned>(Reader::kCondition):
      return kConditions[random.below(std::size(kConditions))];
    case static_cast<unsigned>(Reader::kListing):
      return kListing;
    default:
      return sample_payload(random);
  }
}

}  // namespace lockstep::fuzz
