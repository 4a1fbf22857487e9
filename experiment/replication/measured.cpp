#include "experiment/replication/measured.hpp"

#include <cmath>

#include "stats/moments.hpp"
#include "stats/proportion.hpp"
#include "stats/two_sample.hpp"

namespace feedloop {

MeasuredShare measured_share(std::int64_t hits, std::int64_t trials) {
  if (trials == 0) return {};
  return {hits, trials, static_cast<double>(hits) / static_cast<double>(trials), wilson(hits, trials, 0.05)};
}

MeasuredMean measured_mean(const std::vector<double>& values) {
  RatioMoments m;
  for (const double x : values) m.add(x);
  MeasuredMean mean;
  mean.n = m.n;
  if (m.n > 0) mean.mean = m.mean_num;
  if (m.n < 2) return mean;
  mean.sd = std::sqrt(m.variance_num());
  mean.se = mean.sd / std::sqrt(static_cast<double>(m.n));
  mean.ci = mean.se > 0 ? t_test(mean.mean, mean.se, static_cast<double>(m.n - 1), 0.05).ci : Interval{mean.mean, mean.mean};
  return mean;
}

}  // namespace feedloop
