#include <cstdio>
#include <functional>
#include <system_error>

#include <malloc.h>

#include <CLI/CLI.hpp>

#include "harness/cli/command.h"
#include "harness/processes/family.h"

namespace {

namespace cli = lockstep::cli;
using cli::Options;

void add_common(CLI::App& command, Options& options) {
  command.add_option("--impl", options.impl, "[NAME=]MODULE[@PYTHON][:START], repeatable; all: every one found")
      ->allow_extra_args(false);
  command.add_option("--seed", options.seed, "the scripts' seed; without it a new one");
  command.add_option("--level", options.level, "what plug-ins are held to")
      ->check(CLI::IsMember({"must", "should", "all"}));
  command.add_option("--expectations", options.expectations,
                     "a file of foreseen divergences, instead of the project's");
  command.add_option("--jobs", options.jobs, "worker processes; one a processor by default")
      ->check(CLI::PositiveNumber);
  command.add_flag("--quiet", options.quiet, "no progress, no passing implementations");
  command
      .add_option(
          "--color", [](const CLI::results_t&) { return true; }, "auto, always or never")
      ->check(CLI::IsMember({"auto", "always", "never"}));
}

void add_campaign(CLI::App& command, Options& options) {
  add_common(command, options);
  command.add_option("--report", options.report, "the folder for the report")->required();
  command.add_option("--seconds", options.seconds, "after which no new scripts are begun")->check(CLI::PositiveNumber);
  command.add_flag("--fail-fast", options.fail_fast, "end the campaign at the first divergence");
  command.add_option("--baseline", options.baseline, "the results.json of an earlier run, to compare with")
      ->check(CLI::ExistingFile);
}

void add_time(CLI::App& command, Options& options) {
  command.add_option("--time", options.time, "virtual or real")->check(CLI::IsMember({"virtual", "real"}));
}

void add_explore(CLI::App& command, Options& options) {
  add_common(command, options);
  command.add_option("--report", options.report, "the folder for the report");
  command.add_option("--seconds", options.seconds, "after which no new schedules are played")
      ->check(CLI::PositiveNumber);
  command.add_option("--scripts", options.scripts, "scripts to generate; of a given script, schedules to play")
      ->check(CLI::Range(1ULL, 1ULL << 40U));
  command.add_option("--strategy", options.strategy, "how schedules are chosen")
      ->check(CLI::IsMember({"random", "pct", "exhaustive"}));
  command.add_option("--preemptions", options.preemptions, "exhaustive: at most that many in a schedule")
      ->check(CLI::Range(0, 100));
  command.add_option("script", options.targets, "files or tokens; without any, scripts are generated");
}

void add_conformance(CLI::App& command, Options& options) {
  add_campaign(command, options);
  command.add_option("--clause", options.clauses, "a clause, or a glob over clauses; repeatable")
      ->allow_extra_args(false);
  command.add_option("--spec", options.spec, "judge all by this edition of the documentation, such as 3.12");
  command.add_option("--shard", options.shard, "i/n: the i-th of n parts of the cases");
  command.add_flag("--slow", options.slow, "the cases that take long, too");
  command.add_flag("--install-peers", options.install_peers, "first install billiard and multiprocess");
  command.add_flag("--update-expectations", options.update_expectations,
                   "foresee what failed, for somebody to say why");
  command.add_option("case", options.targets, "a case's name or file, or a glob over names");
}

void add_nightly(CLI::App& command, Options& options) {
  add_common(command, options);
  command.add_option("--seconds", options.seconds, "scales the parts: 900 is a whole night's run")
      ->check(CLI::PositiveNumber);
}

// The words of the command line, for the report and for the line that repeats it.
std::string typed(int count, char** words) {
  std::string text = "./run_tests.py";
  for (int index = 1; index < count; ++index) {
    const std::string word = words[index];
    if (word == "--report") {
      ++index;
    } else if (!(index == 1 && word == "run")) {
      text += " " + word;
    }
  }
  return text;
}

// What a batch of traces took the next batch takes again: giving it back to the system in between costs more than
// reading them.
void keep_memory() {
  mallopt(M_TRIM_THRESHOLD, 256 << 20);
  mallopt(M_MMAP_THRESHOLD, 64 << 20);
}

// The exit code of what the work says, or of what went wrong; that is one line on stderr.
int guarded(const CLI::App& app, const std::function<int()>& work) {
  const auto fail = [](const char* what, int code) {
    std::fprintf(stderr, "%s\n", what);
    return code;
  };
  try {
    return work();
  } catch (const CLI::ParseError& error) {
    return app.exit(error) == 0 ? 0 : 2;
  } catch (const cli::UsageError& error) {
    return fail(error.what(), 2);
  } catch (const cli::ExpectationsUnreadable& error) {
    return fail(error.what(), 2);
  } catch (const lockstep::replay::AdapterError& error) {
    return fail(error.what(), 3);
  } catch (const lockstep::replay::Interrupted& error) {
    return fail(error.what(), 130);
  } catch (const std::system_error& error) {
    return fail((std::string("the system refuses: ") + error.what()).c_str(), 3);
  }
}

}  // namespace

int main(int count, char** words) {
  keep_memory();
  CLI::App app("Does this lock behave like multiprocessing.Lock and RLock?", "lockstep");
  app.require_subcommand(1);
  Options options;
  options.command = typed(count, words);
  std::function<int(const Options&)> run;
  const auto add = [&](const char* name, const char* help, int (*function)(const Options&)) {
    CLI::App* const command = app.add_subcommand(name, help);
    command->callback([&run, function] { run = function; });
    return command;
  };
  CLI::App* command = add("run", "the main job", cli::command_run);
  add_campaign(*command, options);
  command = add("differential", "replay generated scripts against several implementations", cli::command_differential);
  add_campaign(*command, options);
  add_time(*command, options);
  command->add_option("--scripts", options.scripts, "scripts for each implementation")
      ->check(CLI::Range(1ULL, 1ULL << 40U));
  command->add_option("--shard", options.shard, "i/n: the i-th of n parts of the campaign");
  command = add("replay", "replay one script", cli::command_replay);
  add_common(*command, options);
  add_time(*command, options);
  command->add_option("target", options.target, "a script's file, or a token")->required();
  command = add("shrink", "find the shortest script that still diverges", cli::command_shrink);
  add_common(*command, options);
  add_time(*command, options);
  command->add_option("target", options.target, "a script's file, or a token")->required();
  add_conformance(*add("conformance", "hold implementations against the catalogue of cases", cli::command_conformance),
                  options);
  add_explore(*add("explore", "play scripts by many schedules", cli::command_explore), options);
  command = add("bench", "measure the speed of each part", cli::command_bench);
  add_common(*command, options);
  command->add_option("--seconds", options.seconds, "for each measurement")->check(CLI::PositiveNumber);
  add_nightly(*add("nightly", "measure at length what deterministic replay promises", cli::command_nightly), options);
  command = add("list", "the implementations found, the clauses, the cases, the fuzz targets", cli::command_list);
  add_common(*command, options);
  command->add_flag("--clauses", options.list_clauses, "the clauses of the catalogue");
  command->add_flag("--cases", options.list_cases, "its cases");
  command->add_flag("--targets", options.list_targets, "the fuzz targets");
  return guarded(app, [&] {
    app.parse(count, words);
    lockstep::processes::catch_interrupts();
    return run(options);
  });
}
