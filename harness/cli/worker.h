#pragma once

#include <map>
#include <memory>
#include <optional>

#include "harness/cli/campaign.h"

namespace lockstep::cli {

// What one of several workers does of a campaign. It lives in a process of its own.
class Worker {
 public:
  Worker(const std::vector<Subject>& subjects, const Plan& plan, const Home& home, int number,
         processes::Progress& progress);

  // Returns its part of the result as JSON.
  [[nodiscard]] std::string run();

 private:
  struct Replayer {
    Subject subject;
    std::optional<std::size_t> number;  // of the campaign's subjects; none: it is there to compare others with
    std::unique_ptr<replay::Carrier> carrier;
    std::unique_ptr<Verdicts> verdicts;
  };
  struct Block {
    std::vector<std::uint64_t> indices;
    std::vector<model::Script> scripts;
    std::vector<replay::Item> items;
  };
  using Traces = std::vector<trace::Trace>;
  struct References {
    Traces traces;
    std::vector<bool> passed;

    // What others are compared with: a trace that is right itself.
    [[nodiscard]] const trace::Trace* find(std::size_t at) const { return passed[at] ? &traces[at] : nullptr; }
  };

  void run_group(std::size_t group_index);
  [[nodiscard]] std::vector<Replayer> make_replayers(const Group& group);
  [[nodiscard]] Block make_block(const Group& group, std::uint64_t block) const;
  void run_block(std::size_t group_index, const Block& block, std::vector<Replayer>& replayers);
  // Returns which of the traces passed.
  std::vector<bool> judge_block(std::size_t group_index, const Block& block, Replayer& replayer, const Traces& traces,
                                const References* references);
  [[nodiscard]] Traces replay(Replayer& replayer, const Block& block);
  void close(const Replayer& replayer, const std::string& failure);
  [[nodiscard]] bool is_closed(const Replayer& replayer) const;
  [[nodiscard]] bool is_decided(const Group& group, const std::vector<Replayer>& replayers) const;
  [[nodiscard]] bool must_stop(const Group& group) const;

  const std::vector<Subject>& subjects_;
  const Plan& plan_;
  const Home& home_;
  int number_;
  processes::Progress& progress_;
  std::vector<Group> groups_;
  std::vector<Tally> tallies_;
  Coverage coverage_;
  double begun_s_ = 0;
  int carriers_ = 0;
};

}  // namespace lockstep::cli
