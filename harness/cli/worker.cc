#include "harness/cli/worker.h"

#include <algorithm>

#include <nlohmann/json.hpp>

#include "harness/cli/clock.h"
#include "harness/processes/family.h"

namespace lockstep::cli {

Worker::Worker(const std::vector<Subject>& subjects, const Plan& plan, const Home& home, int number,
               processes::Progress& progress)
    : subjects_(subjects),
      plan_(plan),
      home_(home),
      number_(number),
      progress_(progress),
      groups_(groups_of(subjects, plan)),
      tallies_(subjects.size()),
      coverage_(spec::Edition{subjects.front().minor}),
      begun_s_(monotonic_s()) {}

std::string Worker::run() {
  bool interrupted = false;
  try {
    for (std::size_t group = 0; group < groups_.size(); ++group) {
      run_group(group);
    }
  } catch (const replay::Interrupted&) {
    interrupted = true;
  }
  return nlohmann::json({{"tallies", tallies_}, {"coverage", coverage_}, {"interrupted", interrupted}}).dump();
}

bool Worker::must_stop(const Group& group) const {
  return progress_.stop.load() != 0 || monotonic_s() - begun_s_ > plan_.seconds * group.until;
}

bool Worker::is_closed(const Replayer& replayer) const {
  return replayer.number.has_value() && progress_.closed[*replayer.number].load() != 0;
}

void Worker::close(const Replayer& replayer, const std::string& failure) {
  if (replayer.number.has_value()) {
    tallies_[*replayer.number].failure = failure;
    progress_.closed[*replayer.number].store(1);
    if (plan_.fail_fast) {
      progress_.stop.store(1);
    }
  }
}

// No subject but perhaps the reference is left, or the reference is alone and others have diverged: time to look
// closer.
bool Worker::is_decided(const Group& group, const std::vector<Replayer>& replayers) const {
  if (is_reference_only(group, subjects_)) {
    return progress_.divergences.load() > 0;
  }
  return std::all_of(replayers.begin(), replayers.end(),
                     [&](const Replayer& one) { return one.subject.reference || is_closed(one); });
}

// The references come first, one for each edition, so that a trace to compare with is there when others are judged.
std::vector<Worker::Replayer> Worker::make_replayers(const Group& group) {
  std::vector<Replayer> replayers;
  const auto add = [&](const Subject& subject, std::optional<std::size_t> number) {
    replayers.push_back({subject, number, nullptr, std::make_unique<Verdicts>(subject, plan_, home_)});
  };
  const auto has_reference_of = [&](int minor) {
    return std::any_of(replayers.begin(), replayers.end(),
                       [&](const Replayer& one) { return one.subject.reference && one.subject.minor == minor; });
  };
  for (const std::size_t number : group.subjects) {
    if (subjects_[number].reference) {
      add(subjects_[number], number);
    }
  }
  for (const std::size_t number : group.subjects) {
    const Subject& subject = subjects_[number];
    if (subject.reference) {
      continue;
    }
    if (!replayers.empty() && group.time == Time::kVirtual && !has_reference_of(subject.minor)) {
      add(reference_of_edition(replayers.front().subject, subject.minor), std::nullopt);
    }
    add(subject, number);
  }
  return replayers;
}

void Worker::run_group(std::size_t group_index) {
  const Group& group = groups_[group_index];
  std::vector<Replayer> replayers = make_replayers(group);
  const std::uint64_t blocks = (group.scripts + group.block - 1) / group.block;
  for (auto block = static_cast<std::uint64_t>(number_); block < blocks;
       block += static_cast<std::uint64_t>(plan_.jobs)) {
    if (is_decided(group, replayers) || must_stop(group)) {
      return;
    }
    run_block(group_index, make_block(group, block), replayers);
  }
}

Worker::Block Worker::make_block(const Group& group, std::uint64_t block) const {
  Block made;
  const std::uint64_t end = std::min((block + 1) * group.block, group.scripts);
  for (std::uint64_t place = block * group.block; place < end; ++place) {
    const std::uint64_t index = place * plan_.shard.count + plan_.shard.index;
    made.indices.push_back(index);
    made.scripts.push_back(script::generate(group.profile, plan_.seed, index));
  }
  for (std::size_t at = 0; at < made.scripts.size(); ++at) {
    made.items.push_back({&made.scripts[at], choice_seed(plan_.seed, made.indices[at])});
  }
  return made;
}

// Empty if the subject can't go on.
Worker::Traces Worker::replay(Replayer& replayer, const Block& block) {
  try {
    if (replayer.carrier == nullptr) {
      replayer.carrier = make_carrier(replayer.subject, carriers_++);
    }
    Traces traces = replayer.carrier->replay(block.items);
    progress_.scripts.fetch_add(traces.size());
    return traces;
  } catch (const replay::AdapterError& error) {
    replayer.carrier.reset();
    close(replayer, error.what());
    return {};
  }
}

void Worker::run_block(std::size_t group_index, const Block& block, std::vector<Replayer>& replayers) {
  std::map<int, References> references;  // by edition
  for (Replayer& replayer : replayers) {
    if (is_closed(replayer) || block.indices.front() >= replayer.subject.scripts_max) {
      continue;
    }
    Traces traces = replay(replayer, block);
    if (traces.empty()) {
      continue;
    }
    const Subject& subject = replayer.subject;
    const auto known = references.find(subject.minor);
    const References* const compared = known == references.end() ? nullptr : &known->second;
    std::vector<bool> passed = judge_block(group_index, block, replayer, traces, compared);
    if (subject.reference && subject.time == Time::kVirtual && compared == nullptr) {
      references[subject.minor] = {std::move(traces), std::move(passed)};
    }
  }
}

std::vector<bool> Worker::judge_block(std::size_t group_index, const Block& block, Replayer& replayer,
                                      const Traces& traces, const References* references) {
  const spec::Options options = options_of(replayer.subject, plan_.plug_in_level);
  // What the scripts bring about is told by the first subject of virtual time: the reference.
  const bool is_first = replayer.subject.time == Time::kVirtual &&
                        replayer.number == std::optional(groups_[group_index].subjects.front());
  std::vector<bool> passed;
  for (std::size_t at = 0; at < traces.size(); ++at) {
    const model::Script& script = block.scripts[at];
    const Judged judged =
        replayer.verdicts->judge(script, traces[at], references == nullptr ? nullptr : references->find(at));
    passed.push_back(judged.standing == Standing::kPassed);
    if (is_first && passed.back()) {
      coverage_.add(script, traces[at], options);
    }
    if (!replayer.number.has_value()) {
      continue;
    }
    const judge::Finding& finding = judged.finding;
    tallies_[*replayer.number].add(
        judged, script.steps.size(),
        {group_index, block.indices[at], finding.clause, finding.expected, finding.observed});
    progress_.steps.fetch_add(script.steps.size());
    if (judged.standing == Standing::kUnexpected) {
      progress_.divergences.fetch_add(1);
      close(replayer, "");
    }
  }
  return passed;
}

}  // namespace lockstep::cli
