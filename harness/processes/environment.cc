#include "harness/processes/environment.h"

#include <unistd.h>

namespace lockstep::processes {

std::vector<std::string> with_inherited(std::vector<std::string> entries) {
  const auto is_set = [&](const char* inherited) {
    for (const std::string& entry : entries) {
      if (entry.compare(0, entry.find('=') + 1, inherited, 0, entry.find('=') + 1) == 0) {
        return true;
      }
    }
    return false;
  };
  std::vector<std::string> others;
  for (char** entry = environ; *entry != nullptr; ++entry) {
    if (!is_set(*entry)) {
      others.emplace_back(*entry);
    }
  }
  entries.insert(entries.end(), others.begin(), others.end());
  return entries;
}

std::vector<char*> pointers(std::vector<std::string>& strings) {
  std::vector<char*> result;
  for (std::string& string : strings) {
    result.push_back(string.data());
  }
  result.push_back(nullptr);
  return result;
}

}  // namespace lockstep::processes
