#include "impl/python/python.h"

#include "fuzz/support/interpreter.h"

#include <cstdio>
#include <cstdlib>
#include <filesystem>

// Only a build with LeakSanitizer has the first two.
// NOLINTBEGIN(readability-identifier-naming, bugprone-reserved-identifier): its names, and Python's
extern "C" {
__attribute__((weak)) void __lsan_disable();
__attribute__((weak)) void __lsan_enable();
PyObject* PyInit__lockstep();
}
// NOLINTEND(readability-identifier-naming, bugprone-reserved-identifier)

namespace lockstep::fuzz {
namespace {

namespace fs = std::filesystem;

[[noreturn]] void fail() {
  PyErr_Print();
  std::abort();
}

PyObject* checked(PyObject* object) {
  if (object == nullptr) {
    fail();
  }
  return object;
}

void check(const PyStatus& status) {
  if (PyStatus_Exception(status) != 0) {
    Py_ExitStatusException(status);
  }
}

void search(PyConfig& config, const fs::path& path) {
  check(PyWideStringList_Append(&config.module_search_paths, path.wstring().c_str()));
}

// To where the running interpreter looks.
void search_also(const fs::path& path) {
  if (PyList_Append(PySys_GetObject("path"), checked(PyUnicode_FromString(path.c_str()))) != 0) {
    fail();
  }
}

// The package `lockstep` finds its extension module loaded.
void alias_reference() {
  PyObject* const module = checked(PyImport_ImportModule("_lockstep"));
  if (PyDict_SetItemString(PyImport_GetModuleDict(), "lockstep._lockstep", module) != 0) {
    fail();
  }
}

}  // namespace

KeptForEver::KeptForEver() {
  if (__lsan_disable != nullptr) {
    __lsan_disable();
  }
}

KeptForEver::~KeptForEver() {
  if (__lsan_enable != nullptr) {
    __lsan_enable();
  }
}

void start_interpreter() {
  const KeptForEver kept;
  PyImport_AppendInittab("_lockstep", &PyInit__lockstep);
  PyConfig config;
  PyConfig_InitIsolatedConfig(&config);
  config.install_signal_handlers = 0;
  config.site_import = 0;
  config.write_bytecode = 0;
  config.pathconfig_warnings = 0;
  config.use_hash_seed = 1;  // the same input does the same
  const fs::path folder = fs::read_symlink("/proc/self/exe").parent_path();
  const bool self_contained = fs::is_directory(folder / "pylib");
  check(PyConfig_SetBytesString(&config, &config.program_name,
                                self_contained ? (folder / "python").c_str() : LOCKSTEP_PYTHON));
  if (self_contained) {
    config.module_search_paths_set = 1;
    search(config, folder / "pylib");
    search(config, folder / "pylib" / "lib-dynload");
  }
  check(Py_InitializeFromConfig(&config));
  PyConfig_Clear(&config);
  if (!self_contained) {
    search_also(folder.parent_path() / "lib");
    search_also(folder.parent_path() / "python");
  }
  alias_reference();
  PyEval_SaveThread();
}

bool is_host() { return std::getenv(cell::kPathVariable) != nullptr; }

void live_as_host(char** arguments) {
  start_interpreter();
  (void)PyGILState_Ensure();
  PyObject* const actor = checked(PyImport_ImportModule("lockstep_actor"));
  PyObject* const left = checked(PyObject_CallMethod(actor, "host", "ss", arguments[2], arguments[3]));
  const auto status = static_cast<int>(PyLong_AsLong(left));
  Py_FinalizeEx();
  std::_Exit(status);  // without a look for leaks: it ends where its implementation lets it
}

int interpreter_minor() { return PY_MINOR_VERSION; }

std::string interpreter_version() {
  const std::string all = Py_GetVersion();
  return all.substr(0, all.find(' '));
}

std::unique_ptr<actors::Fibers> embed(cell::Cell& cell, const char* module, actors::Fibers::Become become) {
  const KeptForEver kept;
  const PyGILState_STATE state = PyGILState_Ensure();
  PyObject* const fibers = checked(PyImport_ImportModule("lockstep_fibers"));
  PyObject* const made = checked(PyObject_CallMethod(fibers, "embed", "s", module));
  PyObject* const extension = PyTuple_GetItem(made, 1);
  if (!actors::connect_fibers() || (extension != Py_None && !actors::tell_threads_apart(PyUnicode_AsUTF8(extension)))) {
    std::fprintf(stderr, "%s: its calls do not reach the shim\n", module);
    std::abort();
  }
  auto* const hooks = reinterpret_cast<actors::PyObject*>(PyTuple_GetItem(made, 0));
  PyGILState_Release(state);
  return std::make_unique<actors::Fibers>(*actors::python_api(), cell, hooks, become);
}

}  // namespace lockstep::fuzz
