#include "stats/covariate_moments.hpp"

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

}  // namespace feedloop
