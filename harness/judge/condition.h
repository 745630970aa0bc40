#pragma once

#include <memory>
#include <string>
#include <string_view>

#include "harness/base/result.h"

namespace lockstep::judge {

// What a `when` may ask about. Versions are numbers with dots: "3.11.7", "2.36".
struct Facts {
  std::string implementation;  // "cpython"
  std::string version;         // the implementation's
  std::string python;          // the interpreter's
  std::string libc;            // glibc's version
  std::string arch;            // "x86_64"
  std::string start_method;    // "fork"
};

// A `when` of an expectation file:
//
//   condition   = conjunction { "or" conjunction }
//   conjunction = negation { "and" negation }
//   negation    = [ "not" ] ( "(" condition ")" | comparison )
//   comparison  = name ( "==" | "!=" | "<" | "<=" | ">" | ">=" ) "text"
//
// name is one of Facts. Versions are compared number by number (3.9 < 3.10; 3.11 equals 3.11.0); the others know only
// == and !=. At most 100 comparisons, `not`s and parentheses, so that nothing recurses deeper.
class Condition {
 public:
  // Holds always.
  Condition() = default;

  // The error's column counts from the start of the text.
  [[nodiscard]] static base::Result<Condition> parse(std::string_view text);

  [[nodiscard]] bool holds(const Facts& facts) const;

  struct Node;

 private:
  std::shared_ptr<const Node> root_;
};

}  // namespace lockstep::judge
