#pragma once

#include <string>
#include <vector>

namespace lockstep::processes {

// These NAME=value entries, and of this process's own environment what they do not name.
[[nodiscard]] std::vector<std::string> with_inherited(std::vector<std::string> entries);

// As execve(2) wants them: ended by a null pointer, and valid as long as `strings` are.
[[nodiscard]] std::vector<char*> pointers(std::vector<std::string>& strings);

}  // namespace lockstep::processes
