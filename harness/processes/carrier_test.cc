#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <functional>
#include <set>

#include <signal.h>
#include <unistd.h>

#include "harness/processes/interpreter.h"
#include "harness/processes/notified_carrier.h"
#include "harness/processes/process_tree.h"
#include "harness/processes/real_carrier.h"
#include "harness/processes/reported_carrier.h"
#include "harness/processes/test_replay.h"
#include "harness/processes/virtual_carrier.h"

// Replays on real interpreters.
namespace lockstep::processes {
namespace {

using ::testing::HasSubstr;

// "step outcome" of each call that returned, sorted by step; "step blocks" of each that never did.
std::vector<std::string> outcomes(const trace::Trace& trace) {
  std::set<int> invoked;
  std::vector<std::string> result;
  for (const trace::Event& event : trace.events) {
    if (event.kind == trace::EventKind::kInvoked) {
      invoked.insert(event.step);
    } else if (event.kind == trace::EventKind::kReturned) {
      invoked.erase(event.step);
      result.push_back(std::to_string(event.step) + " " + to_string(event.outcome));
    }
  }
  for (const int step : invoked) {
    result.push_back(std::to_string(step) + " blocks");
  }
  std::sort(result.begin(), result.end());
  return result;
}

std::set<std::string> shared_memory() {
  std::set<std::string> found;
  for (const auto& entry : std::filesystem::directory_iterator("/dev/shm")) {
    found.insert(entry.path());
  }
  return found;
}

const char* const kTwoProcesses = R"(lock     L = Lock()
process  P: a
process  Q: b c

a: L.acquire()
b: L.acquire(timeout=0.5)
pause 0.25
a: L.release()
a: L.release()
c: L.release()
c: L.acquire()
b: L.acquire(timeout=1)
pause 2
)";

TEST(VirtualCarrierTest, TheTraceHasEveryEventAtItsVirtualTime) {
  VirtualCarrier carrier(launch("multiprocessing", "fork", true), 0);
  ASSERT_TRUE(carrier.reachable());
  const model::Script script = parsed(kTwoProcesses);
  EXPECT_EQ(trace::print(replay(carrier, script), script),
            "0.000000000 invoked 0 a\n0.000000000 returned 0 a True\n"
            "0.000000000 invoked 1 b\n0.000000000 blocked 1 b\n"
            "0.250000000 done 2 - None\n"
            "0.250000000 invoked 3 a\n0.250000000 returned 3 a None\n0.250000000 returned 1 b True\n"
            "0.250000000 invoked 4 a\n0.250000000 returned 4 a None\n"
            "0.250000000 invoked 5 c\n"
            "0.250000000 returned 5 c raises ValueError(\"semaphore or lock released too many times\")\n"
            "0.250000000 invoked 6 c\n0.250000000 returned 6 c True\n"
            "0.250000000 invoked 7 b\n0.250000000 blocked 7 b\n1.250000000 returned 7 b False\n"
            "2.250000000 done 8 - None\n2.250000000 ended -1 -\n");
}

class StartMethodTest : public ::testing::TestWithParam<const char*> {};
INSTANTIATE_TEST_SUITE_P(All, StartMethodTest, ::testing::Values("fork", "spawn", "forkserver"));

TEST_P(StartMethodTest, AThousandReplaysGiveOneTrace) {
  VirtualCarrier carrier(launch("multiprocessing", GetParam(), true), 0);
  const model::Script script = parsed(kTwoProcesses);
  const trace::Trace first = replay(carrier, script);
  const std::vector<replay::Item> items(1000, {&script, 0});
  for (const trace::Trace& trace : carrier.replay(items)) {
    ASSERT_EQ(trace, first);
  }
}

const char* const kLifecycle = R"(lock     L = Lock()
lock     R = RLock()
process  P: a
process  Q: b c

a: R.acquire()
fork a as d
d: L.acquire()
c: L.acquire()
b: L.acquire()
signal b returns
signal b raises
start process S: e from a
e: L.acquire(False)
exit e
kill d
start thread f in Q
f: L.release()
a: L.release()
exit b
)";

TEST_P(StartMethodTest, ProcessesAndThreadsComeAndGo) {
  VirtualCarrier carrier(launch("multiprocessing", GetParam(), true), 0);
  const model::Script script = parsed(kLifecycle);
  const trace::Trace trace = replay(carrier, script);
  EXPECT_THAT(outcomes(trace), ::testing::ElementsAre("0 True", "12 None", "13 None", "2 True", "3 True",
                                                      "4 raises SignalRaised(\"signal\")", "8 False"));
  EXPECT_EQ(replay(carrier, script), trace);
}

TEST_P(StartMethodTest, EveryLoopOfTheActorMakesTheSameOfAScript) {
  Launch through_ctypes = launch("multiprocessing", GetParam(), true);
  through_ctypes.environment.push_back("LOCKSTEP_ACTOR_LOOP=ctypes");
  VirtualCarrier native(launch("multiprocessing", GetParam(), true), 0);
  VirtualCarrier other(through_ctypes, 1);
  for (const char* const text : {kTwoProcesses, kLifecycle, kTwoProcesses}) {
    EXPECT_EQ(replay(native, parsed(text)), replay(other, parsed(text)));
  }
}

TEST(RealCarrierTest, TheCtypesLoopServesRealTimeToo) {
  Launch through_ctypes = launch("multiprocessing", "fork", false);
  through_ctypes.environment.push_back("LOCKSTEP_ACTOR_LOOP=ctypes");
  RealCarrier carrier(through_ctypes, 0);
  const model::Script script = parsed(
      "lock L = Lock()\nprocess P: a\nprocess Q: b\n\na: L.acquire()\nb: L.acquire()\na: L.release()\nb: "
      "L.acquire()\n");
  EXPECT_THAT(outcomes(replay(carrier, script)), ::testing::ElementsAre("0 True", "1 True", "2 None", "3 blocks"));
}

TEST(VirtualCarrierTest, DeadlocksAndHeldLocksLeaveNothingToTheNextScript) {
  VirtualCarrier carrier(launch("multiprocessing", "fork", true), 0);
  const model::Script deadlock = parsed(
      "lock L = Lock()\nlock R = RLock()\nprocess P: a\nprocess Q: b\n\n"
      "a: L.acquire()\nb: R.acquire()\na: R.acquire()\nb: L.acquire()\n");
  EXPECT_THAT(outcomes(replay(carrier, deadlock)), ::testing::ElementsAre("0 True", "1 True", "2 blocks", "3 blocks"));
  EXPECT_THAT(outcomes(replay(carrier, deadlock)), ::testing::ElementsAre("0 True", "1 True", "2 blocks", "3 blocks"));
}

TEST(VirtualCarrierTest, AnActorThatDiesOutsideACallIsAnAdapterFailure) {
  VirtualCarrier carrier(launch("multiprocessing", "fork", true), 0);
  const model::Script script = parsed(kTwoProcesses);
  (void)replay(carrier, script);
  ASSERT_EQ(kill(carrier.family().cell().parties[cell::party_of(1, 0)].pid.load(), SIGKILL), 0);
  try {
    (void)replay(carrier, script);
    FAIL() << "the death went unnoticed";
  } catch (const replay::AdapterError& error) {
    EXPECT_THAT(error.what(), HasSubstr("ended outside a call (signal 9)"));
  }
}

TEST(RealCarrierTest, AgreesWithVirtualTimeOnAScriptWithoutRaces) {
  const model::Script script = parsed(
      "lock L = Lock()\nlock R = RLock()\nprocess P: a\nprocess Q: b c\n\n"
      "a: L.acquire()\nb: L.acquire()\nc: L.acquire(timeout=0.01)\npause 0.03\na: L.release()\n"
      "c: R.acquire()\nb: R.acquire(False)\na: R.acquire()\nc: R.release()\nb: L.acquire()\n");
  RealCarrier real(launch("multiprocessing", "fork", false), 0);
  VirtualCarrier virtual_time(launch("multiprocessing", "fork", true), 1);
  EXPECT_EQ(outcomes(replay(real, script)), outcomes(replay(virtual_time, script)));
}

TEST(RealCarrierTest, ALockOfAPipeIsProvedBlocked) {
  RealCarrier carrier(launch(plug_in("pipe_lock.py"), "fork", false), 0);
  const model::Script script = parsed(
      "lock L = Lock()\nprocess P: a\nprocess Q: b\n\na: L.acquire()\nb: L.acquire()\na: L.release()\nb: "
      "L.acquire()\n");
  EXPECT_THAT(outcomes(replay(carrier, script)), ::testing::ElementsAre("0 True", "1 True", "2 None", "3 blocks"));
}

TEST(RealCarrierTest, ALockThatPollsIsPendingNotBlocked) {
  RealCarrier carrier(launch(plug_in("flock_lock.py"), "fork", false), 0);
  const model::Script script =
      parsed("lock L = Lock()\nprocess P: a\nprocess Q: b\n\na: L.acquire()\nb: L.acquire()\n");
  const trace::Trace trace = replay(carrier, script);
  EXPECT_TRUE(std::any_of(trace.events.begin(), trace.events.end(),
                          [](const trace::Event& event) { return event.kind == trace::EventKind::kPending; }));
}

TEST(RealCarrierTest, DyingInACallIsAnOutcome) {
  RealCarrier carrier(launch(plug_in("dies_in_call.py"), "fork", false), 0);
  std::string text = "lock L = Lock()\nprocess P: a\n\n";
  for (int pair = 0; pair < 3; ++pair) {
    text += "a: L.acquire()\na: L.release()\n";
  }
  const auto seen = outcomes(replay(carrier, parsed(text)));
  EXPECT_THAT(seen.back(), HasSubstr("crashes (exit status"));
}

TEST(RealCarrierTest, SpinningInACallIsAnOutcome) {
  RealCarrier carrier(launch(plug_in("spins_in_call.py"), "fork", false), 0);
  const model::Script script =
      parsed("lock L = Lock()\nprocess P: a\nprocess Q: b\n\na: L.acquire()\nb: L.acquire()\na: L.release()\n");
  EXPECT_THAT(outcomes(replay(carrier, script)), ::testing::ElementsAre("0 True", "1 hangs", "2 None"));
}

std::string failure_of(const std::string& module) {
  try {
    VirtualCarrier carrier(launch(module, "fork", true), 0);
  } catch (const replay::AdapterError& error) {
    return error.what();
  }
  return "none";
}

TEST(AdapterFailureTest, NamesTheModuleAndWhatIsWrong) {
  EXPECT_THAT(failure_of("no_such_module_anywhere"), HasSubstr("ModuleNotFoundError"));
  EXPECT_THAT(failure_of(plug_in("not_a_lock.py")), HasSubstr("neither a callable Lock nor a callable RLock"));
  EXPECT_THAT(failure_of(plug_in("import_error.py")), HasSubstr("import_error.py"));
  EXPECT_THAT(failure_of(plug_in("exits_at_import.py")), HasSubstr("exits_at_import.py"));
}

TEST(AdapterFailureTest, AnInterpreterThatDoesNotStartIsNamed) {
  Launch wrong = launch("multiprocessing", "fork", true);
  wrong.python = "/no/such/python";
  EXPECT_THROW(VirtualCarrier(wrong, 0), replay::AdapterError);
  EXPECT_THROW((void)ask_interpreter("/bin/false"), replay::AdapterError);
}

TEST(CleanUpTest, NoProcessAndNoSharedMemoryIsLeft) {
  const auto before = shared_memory();
  for (const char* const start_method : {"fork", "spawn", "forkserver"}) {
    const Launch preloaded = launch("multiprocessing", start_method, true);
    std::vector<std::function<std::unique_ptr<replay::Carrier>()>> carriers = {
        [&] { return std::make_unique<VirtualCarrier>(preloaded, 0); },
        [&] { return std::make_unique<RealCarrier>(launch("multiprocessing", start_method, false), 0); },
        [&] { return std::make_unique<ReportedCarrier>(preloaded, 0); }};
    if (NotifiedCarrier::unavailable().empty()) {
      carriers.push_back([&] { return std::make_unique<NotifiedCarrier>(preloaded, 0); });
    }
    for (const auto& make : carriers) {
      (void)replay(*make(),
                   parsed("lock L = Lock()\nprocess P: a\nprocess Q: b\n\na: L.acquire()\nb: L.acquire()\nkill P\n"));
    }
  }
  EXPECT_THAT(descendants(getpid()), ::testing::IsEmpty());
  std::set<std::string> ours;
  for (const std::string& file : shared_memory()) {
    if (before.count(file) == 0) {
      ours.insert(file);
    }
  }
  EXPECT_THAT(ours, ::testing::IsEmpty());
}

}  // namespace
}  // namespace lockstep::processes
