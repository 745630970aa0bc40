#pragma once

namespace lockstep::impl {

// Which Python the module speaks: the minor version of 3. It decides how arguments are converted and how complaints are
// worded, nothing else. It is the running interpreter's, unless the environment variable LOCKSTEP_EDITION ("3.8") says
// otherwise.
//
// Throws std::invalid_argument if the variable is not "3." and a number.
[[nodiscard]] int edition_from_environment();

// The same, read once.
[[nodiscard]] int edition();

}  // namespace lockstep::impl
