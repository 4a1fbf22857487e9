// Which of several independent random values is the largest, and how likely is it that it would be this one? That is Thompson
// sampling (Thompson 1933; Chapelle & Li 2011) over items whose posteriors are independent, and its propensity.
//
//   P(i is the largest) = integral of f_i(t) * prod over j != i of F_j(t) dt
//
// by the trapezoidal rule on one grid for all candidates. The integrand vanishes smoothly at both ends, so the rule converges
// faster than any power of the step; with a quarter of the narrowest posterior's width it is right to 1e-6 and better
// (Trefethen & Weideman 2014, "The exponentially convergent trapezoidal rule"). Beta posteriors are taken in t = log(x / (1 -
// x)), where they are bell-shaped. Distribution functions are summed over the same nodes from the top down, with
// Euler-Maclaurin's end corrections; a runner's F is 1, and costs nothing, above its own range. Ranges come from tail bounds
// without special functions (Skorski 2023). The grid is laid once a request, or few times where rules of the slate bar whoever
// led; a propensity then multiplies what is on it.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "base/random.hpp"
#include "policies/policy.hpp"

namespace feedloop {

enum class Posterior : std::uint8_t { Gaussian, Beta };

class Race final : public SlotLaw {
 public:
  static constexpr std::size_t kMaxNodes = 2048;
  static constexpr std::size_t kManyRunners = 128;
  static constexpr std::size_t kLanes = 4;

  // Gaussian: a is the mean, b the standard deviation > 0. Beta: a and b are its parameters > 0.
  struct Runner {
    double a, b;
  };
  // `slots` will be drawn, each without those of the slots before: the grid is laid with that much to spare.
  Race(Posterior kind, std::vector<Runner> runners, int slots);

  std::size_t draw(Rng& rng, std::span<const std::uint16_t> admitted) const override;
  double propensity(std::span<const std::uint16_t> admitted, std::size_t i) const override;
  // 0 where the grid is fine enough; else the difference from the same grid with every other node.
  double propensity_error(std::span<const std::uint16_t> admitted, std::size_t i, double p) const override;

 private:
  // The same distribution for many betas: each value is the posterior's quantile at a random tail probability, and only those
  // whose upper bound exceeds the largest value found are worked out.
  std::size_t draw_of_many(Rng& rng, std::span<const std::uint16_t> admitted) const;
  bool reaches(std::span<const std::uint16_t> admitted) const;
  void lay_grid(std::span<const std::uint16_t> admitted) const;
  double integral(std::span<const std::uint16_t> admitted, std::size_t i, std::size_t stride) const;

  // kLanes runners whose F are summed together, those with the highest ranges first.
  struct Group {
    std::size_t nodes, at;  // F < 1 below this node; F of (node, lane) is below_[at + node * kLanes + lane]
  };
  Posterior kind_;
  std::vector<Runner> runners_;
  std::size_t slots_;
  // Laid when the first propensity is asked for, and again when those in the lead have gone and it begins too high.
  mutable std::vector<double> floors_, centres_;  // by runner: the lower end, -infinity unless needed, and about the mean
  mutable std::size_t nodes_ = 0;
  mutable double low_ = 0, step_ = 0;
  mutable bool coarse_ = false;
  mutable std::vector<std::uint32_t> lane_of_;  // by runner: group * kLanes + lane; beyond the groups where F = 1
  mutable std::vector<Group> groups_;
  mutable std::vector<double> below_;
};

}  // namespace feedloop
