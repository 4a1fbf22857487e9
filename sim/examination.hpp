// Which slots the eye reaches. Models: position-based (Richardson, Dominowska, Ragno 2007; Craswell et al. 2008), cascade
// (Craswell et al. 2008: slot after slot until a click), dynamic Bayesian network (Chapelle & Zhang 2009: after a click it goes
// on, the less likely the better the item kept its promise … here the more it pleased the longer the page is looked at), and
// screens (position-based over screens instead of slots).
#pragma once

#include "sim/params.hpp"

namespace feedloop {

// Position-based: P(slot is examined), slot 1-based: slot^-eta. Also what the oracle weighs slots by under the other models,
// whose chances depend on what is shown.
double examination_probability(int slot, const ExaminationParams& p);

// Slots that fit a device's screen: 6 on a phone, 12 at a desk, 30 on TV.
int slots_on_screen(int device);

// The eye on its way down one page.
class Gaze {
 public:
  // `before`: slots of the visit's earlier pages, where the surface scrolls.
  Gaze(const ExaminationParams& p, int device, int before);
  // P(the next slot is examined | what the eye met above it).
  double next() const;
  // What became of that slot; `relevance` counts after a click.
  void pass(bool examined, bool clicked, double relevance);

 private:
  ExaminationParams p_;
  enum class Model : std::uint8_t { Position, Cascade, Dbn, Screens } model_;
  int device_, slot_;  // the next one
  double go_on_ = 1;
};

}  // namespace feedloop
