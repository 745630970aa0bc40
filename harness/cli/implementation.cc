#include "harness/cli/implementation.h"

#include <algorithm>
#include <filesystem>

#include "harness/processes/interpreter.h"

namespace lockstep::cli {
namespace {

const std::vector<std::string> kStartMethods = {"fork", "spawn", "forkserver"};

base::InputError error(const std::string& text, const std::string& message) {
  return {"", 0, 0, "--impl " + text + ": " + message};
}

bool ends_with(const std::string& text, const std::string& end) {
  return text.size() >= end.size() && text.compare(text.size() - end.size(), end.size(), end) == 0;
}

std::vector<Implementation> every_implementation() {
  std::vector<Implementation> all = {{"reference:all", "", "lockstep", "", kStartMethods, false}};
  const std::vector<std::string> interpreters = processes::all_interpreters();
  for (const std::string& python : interpreters) {
    all.push_back({"multiprocessing@" + python + ":all", "", "multiprocessing", python, kStartMethods, false});
  }
  for (const std::string peer : {"billiard", "multiprocess"}) {
    all.push_back({peer + ":all", "", peer, "", kStartMethods, false});
    for (const std::string& python : interpreters) {
      all.push_back({peer + "@" + python + ":all", "", peer, python, kStartMethods, false});
    }
  }
  return all;
}

}  // namespace

base::Result<Implementation> parse_implementation(const std::string& text) {
  Implementation result;
  result.text = text;
  std::string rest = text;
  if (const auto equals = rest.find('='); equals != std::string::npos) {
    result.name = rest.substr(0, equals);
    rest = rest.substr(equals + 1);
    if (result.name.empty()) {
      return error(text, "expected a name before '='");
    }
  }
  if (rest.compare(0, 5, "exec:") == 0) {
    return error(text, "programs on the actor library can't be run yet; expected a module or a .py file");
  }
  result.start_methods = {"fork"};
  if (const auto colon = rest.rfind(':'); colon != std::string::npos) {
    const std::string start = rest.substr(colon + 1);
    rest = rest.substr(0, colon);
    if (start != "all" && std::find(kStartMethods.begin(), kStartMethods.end(), start) == kStartMethods.end()) {
      return error(text, "'" + start + "' is no start method; expected fork, spawn, forkserver or all");
    }
    result.start_methods = start == "all" ? kStartMethods : std::vector<std::string>{start};
  }
  if (const auto at = rest.rfind('@'); at != std::string::npos) {
    result.python = rest.substr(at + 1);
    rest = rest.substr(0, at);
    if (result.python.empty()) {
      return error(text, "expected a path or a version after '@', such as 3.13");
    }
  }
  if (rest.empty()) {
    return error(text, "expected a module's name, or the path of a .py file");
  }
  result.module = rest == "reference" ? "lockstep" : rest == "cpython" ? "multiprocessing" : rest;
  if (ends_with(rest, ".py")) {
    std::error_code ignored;
    if (!std::filesystem::is_regular_file(rest, ignored)) {
      return error(text, "there is no file " + rest);
    }
    result.module = std::filesystem::absolute(rest);
  } else if (rest.find('/') != std::string::npos) {
    return error(text, "a path must be that of a .py file");
  }
  if (result.is_reference() && !result.python.empty()) {
    return error(text, "the reference is built for the project's own interpreter only");
  }
  return result;
}

base::Result<std::vector<Implementation>> implementations(const std::vector<std::string>& named) {
  std::vector<Implementation> result;
  for (const std::string& text : named) {
    if (text == "all") {
      for (Implementation& one : every_implementation()) {
        result.push_back(std::move(one));
      }
      continue;
    }
    auto parsed = parse_implementation(text);
    if (!parsed.ok()) {
      return parsed.error();
    }
    result.push_back(std::move(parsed.value()));
  }
  if (named.empty()) {
    result.push_back({"reference:all", "", "lockstep", "", kStartMethods, false});
    result.push_back({"cpython:all", "", "multiprocessing", "", kStartMethods, false});
  }
  const auto reference = std::find_if(result.begin(), result.end(), [](const auto& one) { return one.is_reference(); });
  if (reference == result.end()) {
    result.insert(result.begin(), {"reference", "", "lockstep", "", {"fork"}, false});
  } else {
    std::rotate(result.begin(), reference, reference + 1);
  }
  return result;
}

}  // namespace lockstep::cli
