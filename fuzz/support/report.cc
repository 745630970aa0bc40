#include "fuzz/support/report.h"

#include <algorithm>
#include <cstdio>
#include <cstdlib>

namespace lockstep::fuzz {

void report(std::string_view one, std::string_view other, std::string_view clause, std::string_view kind,
            const std::string& details) {
  const auto [first, second] = std::minmax(one, other);
  std::string line = "Assertion failure: ";
  for (const std::string_view word : {first, second, clause}) {
    line.append(word).append("-");
  }
  std::fprintf(stderr, "%s\n%s%s\n", details.c_str(), line.c_str(), std::string(kind).c_str());
  std::abort();
}

}  // namespace lockstep::fuzz
