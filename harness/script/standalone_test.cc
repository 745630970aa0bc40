#include "harness/script/standalone.h"

#include <gtest/gtest.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <string>

#include "harness/script/pace.h"
#include "harness/script/parse.h"

namespace lockstep::script {
namespace {

model::Script parsed(const std::string& text) {
  const base::Result<model::Script> result = parse(text, "");
  EXPECT_TRUE(result.ok()) << (result.ok() ? "" : result.error().text());
  return result.value();
}

// Runs programs in a directory of its own, which goes when the test does.
class StandaloneTest : public testing::Test {
 protected:
  StandaloneTest() {
    std::string name = (std::filesystem::temp_directory_path() / "standalone-XXXXXX").string();
    directory_ = mkdtemp(name.data());
  }
  ~StandaloneTest() override { std::filesystem::remove_all(directory_); }

  std::string write(const std::string& name, const std::string& text) const {
    const std::filesystem::path path = directory_ / name;
    std::ofstream(path) << text;
    return path.string();
  }

  // The program's exit status; its output goes to output_.
  int run(const model::Script& script, const Setting& setting, const std::string& arguments = "") {
    const Standalone made = standalone(script, setting);
    EXPECT_EQ(made.reason, "");
    const std::string command = "python3 '" + write("program.py", made.program) + "' " + arguments + " 2>&1";
    FILE* pipe = popen(command.c_str(), "r");
    std::array<char, 4096> buffer{};
    output_.clear();
    while (std::fgets(buffer.data(), static_cast<int>(buffer.size()), pipe) != nullptr) {
      output_ += buffer.data();
    }
    const int status = pclose(pipe);
    return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
  }

  std::filesystem::path directory_;
  std::string output_;
};

const char* const kTimed =
    "lock L = Lock()\nprocess P: a\nprocess Q: b c\n"
    "a: L.acquire()\nb: L.acquire(timeout=5)\npause 0.25\na: L.release()\nc: L.acquire(timeout=nan)\n";

TEST_F(StandaloneTest, TellsTheExpectedOutcomeFromAnother) {
  const model::Script script = parsed(kTimed);
  // b was blocked, and got the lock when a released it.
  EXPECT_EQ(run(script, {"multiprocessing", "fork", 1, -1, "True", "False"}), 0) << output_;
  EXPECT_EQ(run(script, {"multiprocessing", "fork", 1, 2, "False or True", "blocks"}), 1) << output_;
  EXPECT_NE(output_.find("It diverges (the recorded one)"), std::string::npos) << output_;
}

TEST_F(StandaloneTest, AMessageMayHoldTheWordOr) {
  const std::string expected = "None or raises ValueError(\"semaphore or lock released too many times\")";
  const model::Script script = parsed("lock L = Lock()\nprocess P: a\na: L.release()\n");
  EXPECT_EQ(run(script, {"multiprocessing", "fork", 0, -1, expected, "True"}), 0) << output_;
}

TEST_F(StandaloneTest, PluginsAreLoadedByPathAndModulesUnderSpawn) {
  const std::string module = write("my_lock.py", "from multiprocessing import RLock\nLock = RLock\n");
  const model::Script script = parsed("lock L = Lock()\nprocess P: a\na: L.acquire()\na: L.acquire()\n");
  EXPECT_EQ(run(script, {module, "fork", 1, -1, "blocks", "True"}), 1) << output_;
  EXPECT_EQ(run(script, {"multiprocessing", "spawn", 1, -1, "blocks", "True"}), 0) << output_;
}

TEST_F(StandaloneTest, ProcessesAndThreadsComeAndGo) {
  const model::Script script = parsed(
      "lock L = Lock()\nlock M = RLock()\nprocess P: a\nprocess Q: b\n"
      "start thread c in P\nstart process R: d from a\nfork b as e\n"
      "c: with L: body raises\nd: M.acquire()\ne: M.acquire()\nstop R\nd: M.release()\ncontinue R\nsignal e returns\n"
      "signal a raises\nsignal e raises\nkill R\ne: M.acquire(False)\nexit c\nc: L.acquire()\nexit a\na: L.acquire()\n"
      "b: repr(M)\nb: L.locked(1)\n");
  EXPECT_EQ(run(script, {"multiprocessing", "fork", 13, -1, "False", ""}), 0) << output_;
  for (const char* line :
       {"c: with L: body raises returned raises RuntimeError(\"body\")", "e: M.acquire() blocks",
        "8  d: M.release()   (skipped)", "e: M.acquire() returned raises SignalRaised(\"signal\")",
        "16  c: L.acquire()   (skipped)", "18  a: L.acquire()   (skipped)", "b: repr(M) returned <RLock("}) {
    EXPECT_NE(output_.find(line), std::string::npos) << line << "\n" << output_;
  }
  EXPECT_EQ(run(script, {"multiprocessing", "fork", 15, -1, "True", ""}), 1) << output_;  // it was skipped
}

TEST_F(StandaloneTest, ACallThatKillsItsProcessCrashes) {
  const std::string module = write("dies.py",
                                   "import os\nclass Lock:\n    def acquire(self, block=True, timeout=None):\n"
                                   "        os._exit(3)\n    def release(self): pass\nRLock = Lock\n");
  const model::Script script = parsed("lock L = Lock()\nprocess P: a\na: L.acquire()\n");
  EXPECT_EQ(run(script, {module, "fork", 0, -1, "True", "crashes (exit status 3)"}), 1) << output_;
  EXPECT_NE(output_.find("the recorded one"), std::string::npos) << output_;
}

TEST_F(StandaloneTest, ARaceIsPlayedUntilItShows) {
  const model::Script script =
      parsed("lock L = Lock()\nprocess P: a\nprocess Q: b\nrace\na: L.acquire(False)\nb: L.acquire(False)\nend\n");
  EXPECT_EQ(run(script, {"multiprocessing", "fork", 1, 1, "nothing", "True"}), 1) << output_;
  EXPECT_NE(output_.find("in attempt 1 of at most 200"), std::string::npos) << output_;
}

const char* const kReleaseRace =
    "lock L = Lock()\nprocess P: a\nprocess Q: b\na: L.acquire()\nrace\na: L.release()\nb: L.release()\nend\n";

// Looks whether it is held, and lets go of it a good while later.
const char* const kLateRelease =
    "import multiprocessing, time\nclass Lock:\n"
    "    def __init__(self): self._semaphore = multiprocessing.get_context('spawn').Semaphore(1)\n"
    "    def acquire(self, block=True, timeout=None): return self._semaphore.acquire(block, timeout)\n"
    "    def release(self):\n"
    "        if self._semaphore.get_value() > 0: raise ValueError('not held')\n"
    "        time.sleep(0.01)\n"
    "        self._semaphore.release()\n";

Setting release_race(const std::string& module, const std::string& start_method) {
  return {module, start_method, 3, -1, "raises ValueError", "None", {{0, "True"}, {2, "None"}, {3, "None"}}};
}

TEST_F(StandaloneTest, AWideRaceShowsUnderEveryStartMethod) {
  const std::string module = write("late_release.py", kLateRelease);
  for (const char* start_method : {"fork", "spawn", "forkserver"}) {
    EXPECT_EQ(run(parsed(kReleaseRace), release_race(module, start_method)), 1) << output_;
    EXPECT_NE(output_.find("rate: about 1 in "), std::string::npos) << output_;
  }
}

TEST_F(StandaloneTest, ARaceThatDoesNotShowEndsAtItsBound) {
  Setting setting = release_race("multiprocessing", "fork");
  setting.seen.back().outcome = "True";  // what no release comes to
  EXPECT_EQ(run(parsed(kReleaseRace), setting, "0.5"), 0) << output_;
  EXPECT_NE(output_.find("It does not diverge, in "), std::string::npos) << output_;
}

TEST_F(StandaloneTest, ACallThatBlocksEndsItsRoundOnly) {
  const model::Script script =
      parsed("lock L = Lock()\nprocess P: a\nprocess Q: b\nrace\na: L.acquire()\nb: L.acquire(timeout=9)\nend\n");
  const Setting setting{"multiprocessing", "fork", 2, -1, "", "blocks", {{1, "True"}, {2, "blocks"}}};
  EXPECT_EQ(run(script, setting), 1) << output_;
  const Setting never{"multiprocessing", "fork", 2, -1, "blocks", "True", {{1, "True"}, {2, "True"}}};
  EXPECT_EQ(run(script, never, "1"), 0) << output_;
}

TEST_F(StandaloneTest, ABlockedCallGoesOnAfterTheRace) {
  const model::Script script = parsed(
      "lock L = Lock()\nprocess P: a\nprocess Q: b c\na: L.acquire()\nb: L.acquire()\nrace\na: L.release()\n"
      "a: repr(L)\nc: repr(L)\nend\nb: L.release()\n");
  Setting setting{"multiprocessing", "fork", 7, -1, "", "None", {{0, "True"}, {1, "True", true}, {3, "None"}}};
  setting.seen.insert(setting.seen.end(), {{4, ""}, {5, "", false, {3}}, {7, "None"}});
  EXPECT_EQ(run(script, setting), 1) << output_;
}

TEST(StandaloneTextTest, ARaceKeepsWhatWasSeen) {
  model::Script script = parsed(
      "lock L = Lock()\nprocess P: a\nprocess Q: b\na: L.acquire()\nb: L.acquire(timeout=0.5)\nrace\n"
      "a: L.release()\na: L.acquire(True, 0.5)\nend\na: L.release()\n");
  script.schedule = {0, 1};
  Setting setting;
  setting.step = 4;
  setting.expected = "blocks";
  setting.seen = {{0, "True"}, {1, "hangs", true}, {3, "None"}, {4, "False", false, {3}}};
  const std::string program = standalone(script, setting).program;
  for (const char* line :
       {"    (\"b: L.acquire(timeout=0.5)\", 1, \"b\", \"L\", \"acquire\", (), {\"timeout\": 60}),\n",
        "    (\"a: L.acquire(True, 0.5)\", 2, \"a\", \"L\", \"acquire\", (True, 0.5, ), {}),\n]\n",
        "OBSERVED = [\"True\", \"blocks\", \"None\", \"False\"]", "BLOCKED = [1]", "AFTER = [(2, 3)]", "WATCHED = 3 ",
        "EXPECTED = \"blocks\""}) {
    EXPECT_NE(program.find(line), std::string::npos) << line << "\n" << program.substr(0, 3000);
  }
}

TEST(StandaloneReasonTest, WhatCannotBeShownHasAReason) {
  const std::string head = "lock L = Lock()\nprocess P: a\na: L.acquire()\n";
  for (const char* rest : {"schedule 0 1\n", "clock +1\n", "race\na: L.release()\nkill P\nend\n",
                           "race\na: L.release()\nclock +1\nend\n"}) {
    const Standalone made = standalone(parsed(head + rest), Setting());
    EXPECT_EQ(made.program, "");
    EXPECT_NE(made.reason, "");
  }
  EXPECT_NE(
      standalone(parsed(head + "a: L.acquire(timeout=1000)\npause 999.99\na: L.release()\npause 1"), Setting()).reason,
      "");
  Setting setting;
  setting.module = "exec:/bin/true";
  EXPECT_NE(standalone(parsed(head), setting).reason, "");
}

TEST(PaceTest, ShortTimesAreStretchedAndLongOnesShortened) {
  const std::string head = "lock L = Lock()\nprocess P: a b\na: L.acquire()\n";
  EXPECT_EQ(pace_of(parsed(head)), 1);
  EXPECT_EQ(pace_of(parsed(head + "b: L.acquire(timeout=10)\npause 10\n")), 1);
  EXPECT_GT(pace_of(parsed(head + "b: L.acquire(timeout=0.001)\npause 0.001\n")).value(), 500);
  const double pace =
      pace_of(parsed(head + "b: L.acquire(timeout=3600)\npause 1800\na: L.release()\npause 3600\n")).value();
  EXPECT_LT(pace * 5400, 21);
  EXPECT_GT(pace * 1800, 1);
  EXPECT_EQ(pace_of(parsed(head + "b: L.acquire(timeout=nan)\nb: L.acquire(False, \"x\")\n")), 1);
}

}  // namespace
}  // namespace lockstep::script
