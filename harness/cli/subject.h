#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "harness/cli/home.h"
#include "harness/cli/implementation.h"
#include "harness/processes/virtual_carrier.h"
#include "harness/replay/schedules.h"
#include "harness/script/generate.h"
#include "harness/spec/options.h"

namespace lockstep::cli {

enum class Time { kVirtual, kReal };

// One implementation under one start method, as far as it is known before its locks are used.
struct Subject {
  std::string name;         // "reference", "cpython-3.13", "billiard-4.1", the file's stem
  std::string family;       // the same without a version: which expectations it has
  std::string interpreter;  // "cpython", "pypy"
  std::string module;
  std::string start_method;
  std::string impl;  // the --impl that names it alone: for the line that repeats a failure
  std::string version;
  std::string python_version;
  int minor = 0;  // the edition it is compared at
  bool reference = false;
  bool exact = false;  // the reference or CPython's own, which are held to everything
  bool named_by_user = false;
  Time time = Time::kVirtual;
  std::uint64_t scripts_max = UINT64_MAX;  // fewer than its group's, where a sample is enough
  bool takes_cases = true;                 // of the catalogue; not if it is here once more in another time
  bool has_lock = false;
  bool has_rlock = false;
  bool simulated = false;        // not its module, but its locks alone, in the simulation (harness/explore)
  bool reaches_semlock = false;  // it is made of multiprocessing's semaphores, whose ways it inherits
  std::string skip_reason;       // it does not run, and that is no failure
  std::string failure;           // it does not run, and that is one
  std::string note;              // why it runs in real time, though virtual time was wanted
  processes::Launch launch;

  [[nodiscard]] bool runs() const { return skip_reason.empty() && failure.empty(); }
  [[nodiscard]] std::string label() const { return name + " " + start_method; }
};

// Looks each implementation up and starts it once, to see what it has and whether virtual time reaches it. With
// Time::kReal every subject runs in real time. Where two have the same name, it tells their interpreters too.
[[nodiscard]] std::vector<Subject> find_subjects(const std::vector<Implementation>& implementations, const Home& home,
                                                 Time time);

// A reference that speaks the edition of `minor`, to compare a subject with.
[[nodiscard]] Subject reference_of_edition(const Subject& reference, int minor);

// `number` tells the carriers of one process apart.
[[nodiscard]] std::unique_ptr<replay::Carrier> make_carrier(const Subject& subject, int number);

// One that makes its choices itself. REQUIRES: the subject runs in virtual time.
[[nodiscard]] std::unique_ptr<replay::Scheduled> make_scheduled(const Subject& subject, int number);

// The same with fibers in the place of processes: faster by far, for scripts that it supports().
[[nodiscard]] std::unique_ptr<processes::VirtualCarrier> make_fibers(const Subject& subject, int number);

// Whether the script has a lock of a kind that the subject does not.
[[nodiscard]] bool lacks_a_kind(const Subject& subject, const model::Script& script);

// What the subject is held to, without any policies. Level: of a plug-in, unless --level all.
[[nodiscard]] spec::Options options_of(const Subject& subject, spec::Level plug_in_level);

// The scripts that suit it.
[[nodiscard]] script::Profile profile_of(const Subject& subject);

}  // namespace lockstep::cli
