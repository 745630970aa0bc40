#include "harness/cli/subject.h"

#include <algorithm>
#include <filesystem>

#include "harness/processes/interpreter.h"
#include "harness/processes/real_carrier.h"
#include "harness/processes/virtual_carrier.h"

namespace lockstep::cli {
namespace {

std::string name_of(const Implementation& implementation, const processes::Interpreter& interpreter) {
  if (!implementation.name.empty()) {
    return implementation.name;
  }
  if (implementation.is_reference()) {
    return "reference";
  }
  if (implementation.is_multiprocessing()) {
    const auto minor_end = interpreter.version.find('.', interpreter.version.find('.') + 1);
    return interpreter.implementation + "-" + interpreter.version.substr(0, minor_end);
  }
  return std::filesystem::path(implementation.module).stem();
}

processes::Launch launch_of(const Implementation& implementation, const std::string& start_method,
                            const std::string& python, const Home& home) {
  processes::Launch launch;
  launch.python = python;
  launch.module = implementation.module;
  launch.start_method = start_method;
  launch.actor_file = home.actor_file;
  launch.actor_library = home.actor_library;
  launch.shim = home.shim;
  if (implementation.is_reference()) {
    launch.environment.push_back("PYTHONPATH=" + home.packages);
  }
  return launch;
}

// How the user would name this one alone.
std::string impl_of(const Implementation& implementation, const std::string& start_method) {
  std::string text = implementation.text;
  if (const auto colon = text.rfind(':'); colon != std::string::npos) {
    text.resize(colon);
  }
  return start_method == "fork" ? text : text + ":" + start_method;
}

// Starts the host only: no process of a script.
void probe(Subject& subject, Time time) {
  subject.time = time;
  try {
    const auto take_account = [&](cell::Cell& cell) {
      subject.has_lock = cell.has_lock != 0;
      subject.has_rlock = cell.has_rlock != 0;
      subject.reaches_semlock = cell.reaches_semlock != 0;
      subject.version = cell.implementation_version;
    };
    if (time == Time::kVirtual) {
      processes::VirtualCarrier carrier(subject.launch, 0);
      take_account(carrier.family().cell());
      if (!carrier.reachable()) {
        subject.time = Time::kReal;
      }
    } else {
      processes::RealCarrier carrier(subject.launch, 0);
      take_account(carrier.family().cell());
    }
  } catch (const replay::AdapterError& error) {
    subject.failure = error.what();
  }
  if (subject.time == Time::kReal) {
    subject.launch.shim.clear();
  }
}

Subject make_subject(const Implementation& implementation, const std::string& start_method,
                     const processes::Interpreter& interpreter, const Home& home) {
  Subject subject;
  subject.name = name_of(implementation, interpreter);
  subject.module = implementation.is_reference() ? "lockstep" : implementation.module;
  subject.start_method = start_method;
  subject.impl = impl_of(implementation, start_method);
  subject.version = subject.python_version = interpreter.version;
  subject.minor = interpreter.minor;
  subject.reference = implementation.is_reference();
  subject.multiprocessing = implementation.is_multiprocessing();
  subject.named_by_user = implementation.named_by_user;
  subject.launch = launch_of(implementation, start_method, interpreter.path, home);
  return subject;
}

}  // namespace

std::vector<Subject> find_subjects(const std::vector<Implementation>& implementations, const Home& home, Time time) {
  std::vector<Subject> subjects;
  for (const Implementation& implementation : implementations) {
    const std::string wanted = implementation.python.empty() ? home.python : implementation.python;
    const auto path = processes::find_interpreter(wanted);
    processes::Interpreter interpreter;
    interpreter.path = path.value_or(wanted);
    std::string failure;
    try {
      interpreter = path.has_value() ? processes::ask_interpreter(*path) : interpreter;
    } catch (const replay::AdapterError& error) {
      failure = error.what();
    }
    for (const std::string& start_method : implementation.start_methods) {
      Subject subject = make_subject(implementation, start_method, interpreter, home);
      subject.failure = failure;
      if (!path.has_value()) {
        subject.name = implementation.name.empty() ? implementation.text : implementation.name;
        subject.skip_reason = "there is no interpreter " + wanted;
      } else if (failure.empty()) {
        probe(subject, time);
      }
      subjects.push_back(std::move(subject));
    }
  }
  return subjects;
}

Subject reference_of_edition(const Subject& reference, int minor) {
  Subject subject = reference;
  subject.minor = minor;
  subject.launch.environment.push_back("LOCKSTEP_EDITION=3." + std::to_string(minor));
  return subject;
}

std::unique_ptr<replay::Carrier> make_carrier(const Subject& subject, int number) {
  if (subject.time == Time::kVirtual) {
    return std::make_unique<processes::VirtualCarrier>(subject.launch, number);
  }
  return std::make_unique<processes::RealCarrier>(subject.launch, number);
}

std::unique_ptr<replay::Scheduled> make_scheduled(const Subject& subject, int number) {
  return std::make_unique<processes::VirtualCarrier>(subject.launch, number);
}

bool lacks_a_kind(const Subject& subject, const model::Script& script) {
  return std::any_of(script.locks.begin(), script.locks.end(), [&](const model::LockDeclaration& lock) {
    return !(lock.kind == model::LockKind::kLock ? subject.has_lock : subject.has_rlock);
  });
}

spec::Options options_of(const Subject& subject, spec::Level plug_in_level) {
  spec::Options options;
  options.edition = {subject.minor};
  const bool exact = subject.reference || subject.multiprocessing;
  options.level = exact ? spec::Level::kObserved : plug_in_level;
  options.exact_messages = exact || plug_in_level == spec::Level::kObserved;
  options.has_locked = subject.reference || options.edition.documents_locked();
  return options;
}

script::Profile profile_of(const Subject& subject) {
  script::Profile profile = subject.time == Time::kReal ? script::real_time_profile() : script::Profile();
  profile.lock = subject.has_lock;
  profile.rlock = subject.has_rlock;
  return profile;
}

}  // namespace lockstep::cli
