#include <algorithm>

#include "harness/cli/campaign.h"
#include "harness/cli/clock.h"
#include "harness/cli/nightly.h"
#include "harness/script/token.h"

namespace lockstep::cli {
namespace {

constexpr std::uint64_t kRepeatsOnFibers = 1'000'000;
constexpr std::uint64_t kRepeatsOnProcesses = 100'000;
constexpr std::uint64_t kTokens = 100'000;
constexpr int kTokenSteps = 8;  // a script of that many mostly has a token of its own

// Schedules of one script: kSeeds of them, each kBeside times in a batch, and kRounds batches with other scripts in
// between.
constexpr std::size_t kSeeds = 8;
constexpr std::size_t kBeside = 2;
constexpr int kRounds = 2;
constexpr std::size_t kBlock = 16;  // scripts
constexpr std::size_t kReplaysOfScript = kSeeds * kBeside * kRounds;

// Choices and trace of a schedule's first replay, which every later one must repeat.
struct First {
  std::vector<std::uint8_t> taken;
  std::uint64_t behaviour = 0;
};

void note_difference(Replays& sum, const std::string& token) {
  ++sum.differing;
  sum.first = sum.first.empty() ? token : sum.first;
}

class Repetition {
 public:
  Repetition(model::Script script, std::string token, std::uint64_t seed)
      : script_(std::move(script)), token_(std::move(token)) {
    for (std::size_t at = 0; at < kSeeds * kBeside; ++at) {
      schedules_.push_back({{}, choice_seed(seed, at % kSeeds), 0});
    }
  }

  void play(replay::Scheduled& carrier, Replays& sum) {
    const std::span<const replay::Played> played = carrier.play(script_, schedules_);
    for (std::size_t at = 0; at < played.size(); ++at) {
      ++sum.replays;
      First now{{played[at].taken.begin(), played[at].taken.end()}, played[at].behaviour};
      if (first_.size() <= at && at < kSeeds) {
        first_.push_back(std::move(now));
        continue;
      }
      const First& first = first_[at % kSeeds];
      if (now.behaviour != first.behaviour || now.taken != first.taken) {
        note_difference(sum, token_);
      }
    }
  }

 private:
  model::Script script_;
  std::string token_;
  std::vector<replay::Schedule> schedules_;
  std::vector<First> first_;
};

Part part_of(const std::string& name, const Replays& sum, const char* passed_over, const char* differ) {
  std::string measured = std::to_string(sum.replays) + " replays, " + std::to_string(sum.differing) + " " + differ;
  if (sum.passed_over > 0) {
    measured += " (" + std::to_string(sum.passed_over) + " " + passed_over + ")";
  }
  Part part{name, std::move(measured), sum.differing == 0 && sum.replays > 0, sum.seconds};
  if (!sum.first.empty()) {
    part.details = "  first in " + sum.first + "\n";
  }
  return part;
}

script::Profile raced_profile(const Subject& subject) {
  script::Profile profile = profile_of(subject);
  profile.races = true;
  return profile;
}

// The token of script `index`, which was replayed by `choices`; nothing if it is too long for one.
std::optional<std::string> token_of(const script::Profile& profile, std::uint64_t seed, std::uint64_t index,
                                    const model::Script& script, const std::vector<std::uint32_t>& choices) {
  if (index % 2 == 0) {
    return script::seed_token(profile, seed, index);
  }
  model::Script pinned = script;
  pinned.schedule = choices;
  return script::script_token(pinned);
}

// Scripts `first` to `first` + `count` of the seed, and then what their tokens decode to.
void replay_batch_of_tokens(replay::Carrier& carrier, const script::Profile& profile, std::uint64_t seed,
                            std::uint64_t first, std::uint64_t count, Replays& sum) {
  std::vector<model::Script> scripts;
  for (std::uint64_t index = first; index < first + count; ++index) {
    scripts.push_back(script::generate(profile, seed, index));
  }
  std::vector<replay::Item> items;
  for (std::size_t at = 0; at < count; ++at) {
    items.push_back({&scripts[at], choice_seed(seed, first + at)});
  }
  const std::vector<trace::Trace> originals = carrier.replay(items);
  items.clear();
  std::vector<std::size_t> which;  // of the originals, for each item
  for (std::size_t at = 0; at < count; ++at) {
    const auto token = token_of(profile, seed, first + at, scripts[at], originals[at].choices);
    if (!token.has_value()) {
      ++sum.passed_over;
      continue;
    }
    ++sum.replays;
    auto decoded = script::decode(*token);
    if (!decoded.ok()) {
      note_difference(sum, *token);
      continue;
    }
    const auto& origin = decoded.value().origin;
    scripts[at] = std::move(decoded.value().script);
    items.push_back({&scripts[at], origin.has_value() ? choice_seed(origin->seed, origin->index) : 0});
    which.push_back(at);
  }
  const std::vector<trace::Trace> again = carrier.replay(items);
  for (std::size_t at = 0; at < again.size(); ++at) {
    const trace::Trace& original = originals[which[at]];
    if (again[at].events != original.events || again[at].choices != original.choices) {
      note_difference(sum, script::seed_token(profile, seed, first + which[at]));
    }
  }
}

}  // namespace

Replays repeat(replay::Scheduled& carrier, const std::function<bool(const model::Script&)>& supports,
               const script::Profile& profile, std::uint64_t seed, std::uint64_t replays) {
  Replays sum;
  const double begun_s = monotonic_s();
  for (std::uint64_t index = 0; sum.replays < replays && sum.passed_over < replays;) {
    std::vector<Repetition> block;
    const std::size_t wanted =
        std::clamp<std::uint64_t>((replays - sum.replays + kReplaysOfScript - 1) / kReplaysOfScript, 1, kBlock);
    for (; block.size() < wanted && sum.passed_over < replays; ++index) {
      model::Script script = script::generate(profile, seed, index);
      if (supports(script)) {
        block.emplace_back(std::move(script), script::seed_token(profile, seed, index), choice_seed(seed, index));
      } else {
        ++sum.passed_over;
      }
    }
    for (int round = 0; round < kRounds; ++round) {
      for (Repetition& repetition : block) {
        repetition.play(carrier, sum);
      }
    }
  }
  sum.seconds = monotonic_s() - begun_s;
  return sum;
}

Replays replay_tokens(replay::Carrier& carrier, const script::Profile& profile, std::uint64_t seed,
                      std::uint64_t replays) {
  constexpr std::uint64_t kBatch = 256;
  Replays sum;
  const double begun_s = monotonic_s();
  for (std::uint64_t first = 0; sum.replays < replays; first += kBatch) {
    replay_batch_of_tokens(carrier, profile, seed, first, kBatch, sum);
  }
  sum.seconds = monotonic_s() - begun_s;
  return sum;
}

std::vector<Part> repeat_replays(const Subject& subject, const Load& load) {
  const script::Profile profile = raced_profile(subject);
  const auto on_fibers = make_fibers(subject, 0);
  const Replays fibers = repeat(
      *on_fibers, [&](const model::Script& script) { return on_fibers->supports(script); }, profile, load.seed,
      load.of(kRepeatsOnFibers));
  const Replays processes = repeat(
      *make_scheduled(subject, 1), [](const model::Script&) { return true; }, profile, load.seed,
      load.of(kRepeatsOnProcesses));
  return {part_of("determinism of F", fibers, "scripts passed over", "differ"),
          part_of("determinism of P", processes, "scripts passed over", "differ")};
}

std::vector<Part> replay_all_tokens(const Subject& subject, const Load& load) {
  script::Profile profile = raced_profile(subject);
  profile.steps = kTokenSteps;
  const Replays sum = replay_tokens(*make_carrier(subject, 0), profile, load.seed, load.of(kTokens));
  return {part_of("replays of tokens on P", sum, "too long for one", "differ from the original")};
}

}  // namespace lockstep::cli
