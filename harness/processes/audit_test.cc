#include "harness/processes/audit.h"

#include <gtest/gtest.h>

#include <filesystem>

#include "harness/processes/notified_carrier.h"
#include "harness/processes/reported_carrier.h"
#include "harness/processes/test_replay.h"
#include "harness/processes/virtual_carrier.h"
#include "harness/script/generate.h"
#include "harness/script/print.h"

namespace lockstep::processes {
namespace {

struct Scripts {
  std::vector<model::Script> scripts;
  std::vector<replay::Item> items;
};

// Every other script with the plain order, first in, first out; the rest with choices of its own.
Scripts generated(const script::Profile& profile, std::size_t count) {
  Scripts generated;
  for (std::size_t index = 0; index < count; ++index) {
    generated.scripts.push_back(script::generate(profile, 1, index));
  }
  for (std::size_t index = 0; index < count; ++index) {
    generated.items.push_back({&generated.scripts[index], index % 2});
  }
  return generated;
}

std::string text(const Audit& audit) {
  if (!audit.first.has_value()) {
    return audit.carrier + ": no difference";
  }
  const Difference& first = *audit.first;
  return audit.carrier + " differs in " + std::to_string(audit.differing) + ", first in\n" +
         script::print(*first.script) + "P:\n" + trace::print(first.audited, *first.script) + audit.carrier + ":\n" +
         trace::print(first.auditor, *first.script);
}

// Nothing, or why S can't run here: then the tests that need it are skipped by name.
std::string without_s() { return NotifiedCarrier::unavailable(); }

struct Case {
  const char* module;
  const char* start_method;
};

Launch launch_of(const Case& which) {
  Launch result = launch(which.module, which.start_method, true);
  result.python = LOCKSTEP_PYTHON;  // for which the module lockstep is built
  result.environment.push_back(std::string("PYTHONPATH=") + LOCKSTEP_BUILD + "/python");
  return result;
}

class AuditTest : public ::testing::TestWithParam<Case> {
 protected:
  void SetUp() override {
    if (is_reference() && !std::filesystem::exists(std::string(LOCKSTEP_BUILD) + "/python/lockstep")) {
      GTEST_SKIP() << "the module lockstep is not built";
    }
  }

  [[nodiscard]] static bool is_reference() { return std::string(GetParam().module) == "lockstep"; }

  static void expect_agreement(const Scripts& scripts) {
    for (const Audit& audit : audit(launch_of(GetParam()), 0, scripts.items)) {
      SCOPED_TRACE(text(audit));
      if (audit.carrier == "S") {
        EXPECT_EQ(audit.skipped, without_s().empty() ? "" : "carrier S: " + without_s());
      } else {
        EXPECT_EQ(audit.skipped.empty(), !is_reference()) << audit.skipped;
      }
      EXPECT_TRUE(!audit.skipped.empty() || audit.compared > 0);
      EXPECT_EQ(audit.differing, 0U);
    }
    if (!without_s().empty()) {
      GTEST_SKIP() << "carrier S: " << without_s();
    }
  }
};
INSTANTIATE_TEST_SUITE_P(All, AuditTest,
                         ::testing::Values(Case{"multiprocessing", "fork"}, Case{"multiprocessing", "spawn"},
                                           Case{"multiprocessing", "forkserver"}, Case{"lockstep", "fork"},
                                           Case{"lockstep", "spawn"}, Case{"lockstep", "forkserver"}),
                         [](const auto& which) {
                           return std::string(which.param.module) + "_" + which.param.start_method;
                         });

TEST_P(AuditTest, EveryAuditorSeesTheTracesOfCarrierP) {
  script::Profile profile;
  profile.lifecycle_percent = 0;
  profile.edge_percent = 20;
  profile.edition_edges = profile.reprs = true;
  expect_agreement(generated(profile, 400));
}

TEST_P(AuditTest, ProcessesThatComeAndGoMakeNoDifference) {
  script::Profile profile;
  profile.lifecycle_percent = 100;
  profile.reprs = true;
  expect_agreement(generated(profile, std::string(GetParam().start_method) == "fork" ? 40 : 5));
}

const char* const kContended = R"(lock     L = Lock()
process  P: a
process  Q: b c

a: L.acquire()
b: L.acquire()
c: L.acquire(timeout=0.5)
pause 1
a: L.release()
)";

TEST_P(AuditTest, InCarrierSTheKernelsPartIsPlayedByTheCoordinator) {
  if (!without_s().empty()) {
    GTEST_SKIP() << "carrier S: " << without_s();
  }
  NotifiedCarrier carrier(launch_of(GetParam()), 0);
  (void)replay(carrier, parsed(kContended));
  EXPECT_EQ(carrier.supervisor().waits(), 2U);
  EXPECT_EQ(carrier.supervisor().wakes(), 1U);
}

TEST(ReportedCarrierTest, ItsWaitsEndInTheKernel) {
  ReportedCarrier carrier(launch_of({"multiprocessing", "fork"}), 0);
  (void)replay(carrier, parsed(kContended));
  EXPECT_EQ(carrier.carrier().family().cell().reports.wakes.load(), 1U);
}

// A carrier with a fault of the test's making.
template <typename Kind>
class Faulty : public replay::Carrier {
 public:
  Faulty() : carrier_(launch_of({"multiprocessing", "fork"}), 1) {}
  std::vector<trace::Trace> replay(std::span<const replay::Item> items) override {
    for (cell::Semaphore& semaphore : cell().semaphores) {
      semaphore.initial = 2;  // so that two may hold a lock
    }
    return carrier_.replay(items);
  }
  void renew() override { carrier_.renew(); }

 private:
  cell::Cell& cell() {
    if constexpr (std::is_same_v<Kind, VirtualCarrier>) {
      return carrier_.family().cell();
    } else {
      return carrier_.carrier().family().cell();
    }
  }

  Kind carrier_;
};

template <typename Kind>
class FaultTest : public ::testing::Test {
 protected:
  void SetUp() override {
    if (std::is_same_v<Kind, NotifiedCarrier> && !without_s().empty()) {
      GTEST_SKIP() << "carrier S: " << without_s();
    }
  }
};
using Auditors = ::testing::Types<NotifiedCarrier, ReportedCarrier>;
TYPED_TEST_SUITE(FaultTest, Auditors);

template <typename Kind>
Auditor auditor(std::function<std::unique_ptr<replay::Carrier>()> make) {
  return {"X", std::move(make), [](replay::Carrier&, const replay::Item& item) { return Kind::supports(item); }};
}

TYPED_TEST(FaultTest, ASemaphoreOfTheAuditorsThatLetsTwoInIsNoticed) {
  const Scripts scripts = generated(script::Profile(), 20);
  VirtualCarrier audited(launch_of({"multiprocessing", "fork"}), 0);
  const Audit audit = processes::audit(
      audited, auditor<TypeParam>([] { return std::make_unique<Faulty<TypeParam>>(); }), scripts.items);
  EXPECT_GT(audit.differing, 0U);
  ASSERT_TRUE(audit.first.has_value());
  EXPECT_NE(audit.first->audited.events, audit.first->auditor.events);
}

TYPED_TEST(FaultTest, AVirtualSemaphoreThatLetsTwoInIsNoticed) {
  const Scripts scripts = generated(script::Profile(), 20);
  Faulty<VirtualCarrier> audited;
  const Audit audit = processes::audit(audited, auditor<TypeParam>([] {
                                         return std::make_unique<TypeParam>(launch_of({"multiprocessing", "fork"}), 2);
                                       }),
                                       scripts.items);
  EXPECT_GT(audit.differing, 0U);
}

// Replays every script as if its waiters queued for the kernel in another order.
class OtherOrder : public replay::Carrier {
 public:
  std::vector<trace::Trace> replay(std::span<const replay::Item> items) override {
    std::vector<replay::Item> other(items.begin(), items.end());
    for (replay::Item& item : other) {
      item.seed += 17;
    }
    return carrier_.replay(other);
  }
  void renew() override { carrier_.renew(); }

 private:
  VirtualCarrier carrier_{launch_of({"multiprocessing", "fork"}), 1};
};

TEST(OrderTest, WakingInAnotherOrderIsNoticed) {
  const Scripts scripts = generated(script::Profile(), 400);
  VirtualCarrier audited(launch_of({"multiprocessing", "fork"}), 0);
  const Audit audit =
      processes::audit(audited, auditor<ReportedCarrier>([] { return std::make_unique<OtherOrder>(); }), scripts.items);
  EXPECT_GT(audit.differing, 0U);
}

TEST(AuditorTest, WhatItCantReplayIsCountedApart) {
  const Scripts scripts = generated(script::Profile(), 10);
  VirtualCarrier audited(launch_of({"multiprocessing", "fork"}), 0);
  const Audit audit = processes::audit(audited,
                                       {"X", [] { return std::make_unique<OtherOrder>(); },
                                        [](replay::Carrier&, const replay::Item& item) { return item.seed == 0; }},
                                       scripts.items);
  EXPECT_EQ(audit.compared, 5U);
  EXPECT_EQ(audit.unsupported, 5U);
}

// Carrier F, with a fault of the test's making in each trace.
class Altered : public replay::Carrier {
 public:
  using Alter = void (*)(trace::Trace&);
  explicit Altered(Alter alter)
      : carrier_(fibers_of(launch_of({"multiprocessing", "fork"}), 1).make()), alter_(alter) {}
  std::vector<trace::Trace> replay(std::span<const replay::Item> items) override {
    auto traces = carrier_->replay(items);
    std::for_each(traces.begin(), traces.end(), alter_);
    return traces;
  }
  void renew() override { carrier_->renew(); }
  [[nodiscard]] replay::Carrier& fibers() { return *carrier_; }

 private:
  std::unique_ptr<replay::Carrier> carrier_;
  Alter alter_;
};

Audit audit_of_fibers(Altered::Alter alter) {
  script::Profile profile;
  profile.races = true;
  profile.lifecycle_percent = 0;
  const Scripts scripts = generated(profile, 200);
  VirtualCarrier audited(launch_of({"multiprocessing", "fork"}), 0);
  Altered altered(alter);
  Audit sum;
  Auditor auditor = fibers_of(launch_of({"multiprocessing", "fork"}), 1);
  auditor.supports = [supports = auditor.supports](replay::Carrier& carrier, const replay::Item& item) {
    return supports(dynamic_cast<Altered&>(carrier).fibers(), item);
  };
  audit(audited, altered, auditor, scripts.items, sum);
  EXPECT_GT(sum.compared, 50U);
  return sum;
}

TEST(FibersTest, AgreeWithProcessesOnEveryEventAndChoice) {
  const Audit audit = audit_of_fibers([](trace::Trace&) {});
  EXPECT_EQ(audit.differing, 0U) << text(audit);
}

TEST(FibersTest, AnotherOutcomeIsNoticed) {
  const Audit audit = audit_of_fibers([](trace::Trace& trace) { trace.events.front().time_ns += 1000; });
  EXPECT_EQ(audit.differing, audit.compared);
}

TEST(FibersTest, AnotherChoiceIsNoticedThoughTheEventsAreAlike) {
  const Audit audit = audit_of_fibers([](trace::Trace& trace) { trace.choices.push_back(0); });
  EXPECT_EQ(audit.differing, audit.compared);
}

}  // namespace
}  // namespace lockstep::processes
