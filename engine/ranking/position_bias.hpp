// How likely each slot is to be examined, estimated from what a platform logs about itself, in two ways:
//
// * randomised slots (Wang, Bendersky, Metzler, Najork 2016, section 4): each impression weighs 1 / (candidates *
//   P(this item at this slot)), so that the mean click of a slot is its examination times the mean relevance of all
//   candidates, which is the same for all slots;
// * intervention harvesting (Agarwal, Zaitsev, Wang, Li, Najork, Joachims 2019, eq. 4 to 6): two rankers that users are
//   assigned to at random put the same item of the same request at slots k and k'. Over such pairs relevance cancels, and
//   clicks at k over clicks at k' are the examination at k over that at k'.
#pragma once

#include <span>
#include <vector>

#include "base/interaction.hpp"
#include "base/state.hpp"

namespace feedloop {

struct Examination {
  double eta = 0;                // of p_k = k^-eta, by weighted least squares on logarithms
  double eta_se = 0;             // from the counts of clicks
  std::vector<double> relative;  // p_k / p_1, slot k = 1 first; empty when there is not enough data
};

class PositionBias {
 public:
  static constexpr std::size_t kSlots = 32;
  PositionBias();

  // Adds finished pages. Only slots that were drawn at random count for `randomised`; only slots with an `other_slot` for
  // `harvested`, where `share` is the share of users whose ranker served this page.
  void observe(std::span<const Interaction> pages, std::span<const double> share_of_cell);

  Examination randomised() const;
  Examination harvested() const;

  void visit_state(State& s) {
    s(weight_);
    s(clicks_);
    s(clicks_squared_);
    s(pair_clicks_);
    s(pair_squared_);
    s(pair_weight_);
  }

 private:
  std::vector<double> weight_, clicks_, clicks_squared_;          // by slot
  std::vector<double> pair_clicks_, pair_squared_, pair_weight_;  // by (slot, other slot)
};

}  // namespace feedloop
