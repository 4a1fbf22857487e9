// How likely each slot is to be examined, p_k, estimated from what a platform logs about itself, in two ways:
//
// * randomised slots (Wang, Bendersky, Metzler & Najork 2016, section 4): on a page in random order every slot holds the same
//   relevance on average, so clicks by slot are examination up to a factor. Pages that were drawn uniformly count, all
//   candidates at all slots: a policy that explores slot by slot practically never shows its favourite low, and no weighting
//   by propensities mends what is never seen;
// * intervention harvesting (Agarwal, Zaitsev, Wang, Li, Najork & Joachims 2019, section 4): two rankers that users are
//   assigned to at random put the same item of the same request at slots k and k'. Over such pairs relevance cancels, and
//   clicks at k over clicks at k', each weighing the inverse of how many pages its ranker served (their w(q, d, k)), are p_k
//   over p_k'.
//
// Both fit p_k = k^-eta by maximum likelihood: given how many clicks a group of slots had (all of a page; a pair), where they
// fell is multinomial with probabilities proportional to shown_k k^-eta. Relevance is not a parameter.
#pragma once

#include <cstdint>
#include <limits>
#include <span>
#include <vector>

#include "base/interaction.hpp"
#include "base/state.hpp"

namespace feedloop {

struct Examination {
  double eta = 0;
  double eta_se = std::numeric_limits<double>::infinity();  // from the counts of clicks; infinite without an estimate
  std::vector<double> relative;  // p_k / p_1 without the law, slot k = 1 first; empty when there is not enough data
};

class PositionBias {
 public:
  static constexpr std::size_t kSlots = kMaxSlate;

  // Adds finished pages: those in random order for `randomised`, those with some `other_slot` for `harvested`.
  void observe(std::span<const Interaction> pages);

  Examination randomised() const;
  Examination harvested() const;
  Examination examination() const;  // of the two, the one with the smaller standard error

  void visit_state(State& s) {
    s(uniform_);
    s(pairs_);
    s(pages_);
  }

 private:
  struct Count {
    std::int64_t shown = 0, clicked = 0;
  };
  std::vector<Count> uniform_ = std::vector<Count>(kSlots);  // by slot
  std::vector<Count> pairs_;                                 // by cell, slot and the other ranker's slot
  std::vector<std::int64_t> pages_;                          // harvested, by cell
};

}  // namespace feedloop
