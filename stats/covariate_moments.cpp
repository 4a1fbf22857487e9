#include "stats/covariate_moments.hpp"

#include <algorithm>

namespace feedloop {
namespace {

RatioMoments mean_metric(std::int64_t n, double mean, double m2) {
  return {.n = n, .mean_num = mean, .mean_den = 1, .m2_num = m2, .m2_den = 0, .c = 0};
}

RatioMoments ratio_metric(const VectorMoments& m, std::size_t num, std::size_t den) {
  const std::size_t k = m.size();  // den > num: the lower triangle
  return {.n = m.n,
          .mean_num = m.mean[num],
          .mean_den = m.mean[den],
          .m2_num = m.products[num * k + num],
          .m2_den = m.products[den * k + den],
          .c = m.products[den * k + num]};
}

}  // namespace

RatioMoments CovariateMoments::metric() const { return mean_metric(pair.n, pair.mean_num, pair.m2_num); }
RatioMoments CovariateMoments::covariate() const { return mean_metric(pair.n, pair.mean_den, pair.m2_den); }
RatioMoments RatioCovariateMoments::metric() const { return ratio_metric(units, 0, 1); }
RatioMoments RatioCovariateMoments::covariate() const { return ratio_metric(units, 2, 3); }

VectorMoments RatioCovariateMoments::linearised() const {
  VectorMoments out(2);
  const std::array den{units.mean[3], units.mean[1]};
  if (units.n == 0 || den[0] == 0 || den[1] == 0) return out;
  out.n = units.n;
  out.mean = {units.mean[2] / den[0], units.mean[0] / den[1]};
  const std::array<std::array<double, 4>, 2> rows{
      {{0, 0, 1 / den[0], -out.mean[0] / den[0]}, {1 / den[1], -out.mean[1] / den[1], 0, 0}}};
  const auto product = [&](std::size_t i, std::size_t j) { return units.products[std::max(i, j) * 4 + std::min(i, j)]; };
  for (std::size_t r = 0; r < 2; ++r)
    for (std::size_t c = 0; c <= r; ++c)
      for (std::size_t i = 0; i < 4; ++i)
        for (std::size_t j = 0; j < 4; ++j) out.products[r * 2 + c] += rows[r][i] * product(i, j) * rows[c][j];
  return out;
}

}  // namespace feedloop
