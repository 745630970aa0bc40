#pragma once

namespace lockstep::spec {

// The Python 3 minor version whose documentation and messages a lock is held to: 11 for 3.11.
struct Edition {
  int minor = 13;

  // Up to 3.11 `block` was a C int; bpo-15999 made it a truth value.
  [[nodiscard]] constexpr bool block_is_int() const { return minor <= 11; }

  // From 3.14 on the documentation has `locked()`.
  [[nodiscard]] constexpr bool documents_locked() const { return minor >= 14; }

  bool operator==(const Edition&) const = default;
};

}  // namespace lockstep::spec
