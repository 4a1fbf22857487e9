// Which of several independent random values is the largest, and how likely is it that it would be this one? That is Thompson
// sampling (Thompson 1933; Chapelle & Li 2011) over items whose posteriors are independent, and its propensity.
//
//   P(i is the largest) = integral of f_i(t) * prod over j != i of F_j(t) dt
//
// by the trapezoidal rule on one grid for all candidates. The integrand vanishes smoothly at both ends, so the rule converges
// faster than any power of the step; with a quarter of the narrowest posterior's width it is right to 1e-6 and better
// (Trefethen & Weideman 2014, "The exponentially convergent trapezoidal rule"). Beta posteriors are taken in t = log(x / (1 -
// x)), where they are bell-shaped, and their distribution functions are summed on the grid with Euler-Maclaurin's end
// corrections. O(K x nodes) once for K candidates and O(K x nodes) multiplications a propensity; sampling alone needs no grid.
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

  // Gaussian: a is the mean, b the standard deviation > 0. Beta: a and b are its parameters > 0.
  struct Runner {
    double a, b;
  };
  // Of the runners at most `taken` are out of the race before a slot is drawn, and always the best first (no rule of the
  // slate); runners.size() if any may be.
  Race(Posterior kind, std::vector<Runner> runners, std::size_t taken);

  std::size_t draw(Rng& rng, std::span<const std::uint16_t> admitted) const override;
  double propensity(std::span<const std::uint16_t> admitted, std::size_t i) const override;
  // 0 where the grid is fine enough; else the difference from the same grid with every other node.
  double propensity_error(std::span<const std::uint16_t> admitted, std::size_t i, double p) const override;

 private:
  // The same distribution for many betas: each value is the posterior's quantile at a random tail probability, and only those
  // whose upper bound exceeds the largest value found are worked out.
  std::size_t draw_of_many(Rng& rng, std::span<const std::uint16_t> admitted) const;
  void lay_grid() const;
  double integral(std::span<const std::uint16_t> admitted, std::size_t i, std::size_t stride) const;

  Posterior kind_;
  std::vector<Runner> runners_;
  std::size_t taken_;
  // Laid when the first propensity is asked for.
  mutable std::size_t nodes_ = 0;
  mutable double step_ = 0;
  mutable bool coarse_ = false;
  mutable std::vector<double> density_, below_;  // by runner, nodes_ each: f and F
};

}  // namespace feedloop
