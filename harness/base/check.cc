#include "harness/base/check.h"

#include <cstdio>
#include <cstdlib>

namespace lockstep::base {

void check_failed(const char* file, int line, const char* condition) {
  std::fprintf(stderr, "Assertion failure: %s (%s:%d)\n", condition, file, line);
  std::abort();
}

}  // namespace lockstep::base
