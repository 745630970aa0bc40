#pragma once

#include <optional>
#include <string>
#include <vector>

namespace lockstep::processes {

struct Interpreter {
  std::string path;
  std::string implementation;  // "cpython", "pypy"
  std::string version;         // "3.11.7"
  int minor = 0;               // 11
  bool free_threaded = false;
};

// Runs the interpreter to ask what it is. Throws AdapterError, naming the path, if it does not start or does not
// answer.
[[nodiscard]] Interpreter ask_interpreter(const std::string& path);

// Finds an interpreter by a path, by a version ("3.8", "3.13") or by a command's name ("pypy3"): on PATH, then under
// pyenv (PYENV_ROOT, else ~/.pyenv). Nothing if there is none.
[[nodiscard]] std::optional<std::string> find_interpreter(const std::string& wanted);

// Every CPython of 3.8 or newer and every PyPy found in these places and in /usr/bin, each once, however many names
// lead to it: CPython first, the oldest version first.
[[nodiscard]] std::vector<std::string> all_interpreters();

// Whether the interpreter finds a module of this name, without importing it.
[[nodiscard]] bool has_module(const std::string& path, const std::string& module);

}  // namespace lockstep::processes
