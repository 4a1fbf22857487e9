#include "sim/examination.hpp"

#include <algorithm>
#include <array>
#include <cmath>

#include "base/distributions.hpp"

namespace feedloop {

double examination_probability(int slot, const ExaminationParams& p) { return std::pow(static_cast<double>(slot), -p.eta); }

int slots_on_screen(int device) {
  static constexpr std::array<int, kDevices> kSlots{6, 12, 30};
  return kSlots[static_cast<std::size_t>(device)];
}

Gaze::Gaze(const ExaminationParams& p, int device, int before)
    : p_(p),
      model_(p.model == "pbm"       ? Model::Position
             : p.model == "screens" ? Model::Screens
             : p.model == "dbn"     ? Model::Dbn
                                    : Model::Cascade),
      device_(device),
      slot_(before + 1) {}

double Gaze::next() const {
  if (model_ == Model::Position) return examination_probability(slot_, p_);
  if (model_ == Model::Screens) return examination_probability(1 + (slot_ - 1) / slots_on_screen(device_), p_);
  return go_on_;
}

void Gaze::pass(bool examined, bool clicked, double relevance) {
  ++slot_;
  if (!examined)
    go_on_ = 0;
  else if (!clicked)
    go_on_ = p_.keep_on;
  else
    go_on_ = model_ == Model::Dbn ? std::min(1.0, p_.after_click + p_.after_click_relevance * logistic(relevance)) : 0;
}

}  // namespace feedloop
