#include "harness/cli/subject.h"

#include <algorithm>
#include <filesystem>
#include <map>

#include "harness/explore/simulation.h"
#include "harness/processes/interpreter.h"
#include "harness/processes/real_carrier.h"
#include "harness/processes/virtual_carrier.h"
#include "harness/processes/words_of.h"

namespace lockstep::cli {
namespace {

constexpr int kOldestMinor = 8;

// "3.13" of "3.13.0".
std::string minor_version(const std::string& version) {
  const auto end = version.find('.', version.find('.') + 1);
  return version.substr(0, end);
}

std::string family_of(const Implementation& implementation, const processes::Interpreter& interpreter) {
  if (implementation.is_reference()) {
    return "reference";
  }
  return implementation.is_multiprocessing() ? interpreter.implementation
                                             : std::filesystem::path(implementation.module).stem().string();
}

// After its version is known.
std::string name_of(const Implementation& implementation, const Subject& subject) {
  if (!implementation.name.empty()) {
    return implementation.name;
  }
  const bool versioned = implementation.is_multiprocessing() || (implementation.is_peer() && subject.runs());
  return versioned ? subject.family + "-" + minor_version(subject.version) : subject.family;
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
      subject.version = processes::text_at(cell.implementation_version);
    };
    if (time == Time::kVirtual) {
      processes::VirtualCarrier carrier(subject.launch, 0);
      take_account(carrier.family().cell());
      if (!carrier.reachable()) {
        subject.time = Time::kReal;
        subject.note = processes::text_at(carrier.family().cell().unreachable);
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
  subject.family = family_of(implementation, interpreter);
  subject.interpreter = interpreter.implementation;
  subject.module = implementation.is_reference() ? "lockstep" : implementation.module;
  subject.start_method = start_method;
  subject.impl = impl_of(implementation, start_method);
  subject.version = subject.python_version = interpreter.version;
  subject.minor = interpreter.minor;
  subject.reference = implementation.is_reference();
  subject.exact =
      implementation.is_reference() || (implementation.is_multiprocessing() && interpreter.implementation == "cpython");
  subject.named_by_user = implementation.named_by_user;
  subject.launch = launch_of(implementation, start_method, interpreter.path, home);
  return subject;
}

// Whether an interpreter that was looked up by a version is another: a link or a wrapper may promise what it is not.
bool is_another(const std::string& wanted, const std::string& version) {
  const bool by_version = !wanted.empty() && wanted.find_first_not_of("0123456789.") == std::string::npos;
  return by_version && (version + ".").compare(0, wanted.size() + 1, wanted + ".") != 0;
}

// What is known of an implementation before its module is imported.
struct Found {
  processes::Interpreter interpreter;
  bool is_absent_peer = false;
  std::string skip_reason;
  std::string failure;
};

Found look_up(const Implementation& implementation, const Home& home) {
  Found found;
  const std::string wanted = implementation.python.empty() ? home.python : implementation.python;
  const auto path = processes::find_interpreter(wanted);
  found.interpreter.path = path.value_or(wanted);
  if (!path.has_value()) {
    found.skip_reason = "there is no interpreter " + wanted;
    return found;
  }
  try {
    found.interpreter = processes::ask_interpreter(*path);
  } catch (const replay::AdapterError& error) {
    found.failure = error.what();
    return found;
  }
  const processes::Interpreter& interpreter = found.interpreter;
  if (interpreter.minor < kOldestMinor || interpreter.free_threaded) {
    found.failure = interpreter.free_threaded
                        ? "free-threaded interpreters are not supported yet: " + *path
                        : *path + " is Python " + interpreter.version + "; 3.8 or newer is needed";
  } else if (is_another(wanted, interpreter.version)) {
    found.failure = *path + " is Python " + interpreter.version + ", where " + wanted + " was expected";
  } else if (implementation.is_peer() && !processes::has_module(*path, implementation.module)) {
    // --install-peers keeps an environment for each interpreter.
    const std::string installed =
        home.peers + "/" + interpreter.implementation + "-" + interpreter.version + "/bin/python";
    if (std::filesystem::exists(installed) && processes::has_module(installed, implementation.module)) {
      found.interpreter.path = installed;
      return found;
    }
    found.is_absent_peer = true;
    found.skip_reason = implementation.module + " is not installed in " + *path;
  }
  return found;
}

// Subjects of one name and start method are named after their interpreters' exact versions.
void tell_apart(std::vector<Subject>& subjects) {
  std::map<std::string, int> count;
  for (const Subject& subject : subjects) {
    ++count[subject.label()];
  }
  for (Subject& subject : subjects) {
    if (count[subject.label()] > 1 && subject.runs()) {
      subject.name = subject.version == subject.python_version ? subject.family + "-" + subject.version
                                                               : subject.name + "@" + subject.python_version;
    }
  }
}

}  // namespace

std::vector<Subject> find_subjects(const std::vector<Implementation>& implementations, const Home& home, Time time) {
  std::vector<Subject> subjects;
  for (const Implementation& implementation : implementations) {
    const Found found = look_up(implementation, home);
    if (found.is_absent_peer && !implementation.named_by_user && !implementation.python.empty()) {
      continue;  // one line that it is not installed is enough: the project's own interpreter's
    }
    for (const std::string& start_method : implementation.start_methods) {
      Subject subject = make_subject(implementation, start_method, found.interpreter, home);
      subject.failure = found.failure;
      subject.skip_reason = found.skip_reason;
      if (subject.runs()) {
        probe(subject, time);
      }
      const bool unknown = found.interpreter.implementation.empty() || !found.failure.empty();
      subject.name = unknown && implementation.name.empty() ? implementation.text : name_of(implementation, subject);
      subjects.push_back(std::move(subject));
    }
  }
  tell_apart(subjects);
  return subjects;
}

Subject reference_of_edition(const Subject& reference, int minor) {
  Subject subject = reference;
  subject.minor = minor;
  subject.simulated = false;
  subject.launch.environment.push_back("LOCKSTEP_EDITION=3." + std::to_string(minor));
  return subject;
}

std::unique_ptr<replay::Carrier> make_carrier(const Subject& subject, int number) {
  if (subject.simulated) {
    return std::make_unique<explore::Simulation>();
  }
  if (subject.time == Time::kVirtual) {
    return std::make_unique<processes::VirtualCarrier>(subject.launch, number);
  }
  return std::make_unique<processes::RealCarrier>(subject.launch, number);
}

std::unique_ptr<replay::Scheduled> make_scheduled(const Subject& subject, int number) {
  if (subject.simulated) {
    return std::make_unique<explore::Simulation>();
  }
  return std::make_unique<processes::VirtualCarrier>(subject.launch, number);
}

std::unique_ptr<processes::VirtualCarrier> make_fibers(const Subject& subject, int number) {
  processes::Launch launch = subject.launch;
  launch.fibers = true;
  return std::make_unique<processes::VirtualCarrier>(launch, number);
}

bool lacks_a_kind(const Subject& subject, const model::Script& script) {
  return std::any_of(script.locks.begin(), script.locks.end(), [&](const model::LockDeclaration& lock) {
    return !(lock.kind == model::LockKind::kLock ? subject.has_lock : subject.has_rlock);
  });
}

spec::Options options_of(const Subject& subject, spec::Level plug_in_level) {
  spec::Options options;
  options.edition = {subject.minor};
  options.level = subject.exact ? spec::Level::kObserved : plug_in_level;
  options.exact_messages = subject.exact || plug_in_level == spec::Level::kObserved;
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
