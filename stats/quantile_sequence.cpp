#include "stats/quantile_sequence.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdint>

#include "base/check.hpp"
#include "stats/sequential_srm.hpp"

namespace feedloop {
namespace {

// Evidence against a value being the p-quantile when `below` of n values lie at or below it. Convex in `below`.
class CountEvidence {
 public:
  CountEvidence(std::int64_t n, double p, double concentration) : n_(n), shares_{p, 1 - p}, concentration_(concentration) {
    FEEDLOOP_CHECK(p > 0 && p < 1, "a quantile lies strictly between 0 and 1");
    std::int64_t low = 0, high = n;
    while (low < high) {
      const std::int64_t middle = low + (high - low) / 2;
      if ((*this)(middle + 1) < (*this)(middle))
        low = middle + 1;
      else
        high = middle;
    }
    least_ = low;
  }

  double operator()(std::int64_t below) const {
    return log_mismatch_factor(std::array{below, n_ - below}, shares_, concentration_);
  }
  std::int64_t least() const { return least_; }  // the count with the least evidence

 private:
  std::int64_t n_;
  std::array<double, 2> shares_;
  double concentration_;
  std::int64_t least_ = 0;
};

// Values equal to x may lie on either side of it: that choice which speaks least against x.
double evidence_at(double x, std::span<const double> ascending, const CountEvidence& evidence) {
  const auto [first, last] = std::equal_range(ascending.begin(), ascending.end(), x);
  return evidence(std::clamp<std::int64_t>(evidence.least(), first - ascending.begin(), last - ascending.begin()));
}

double least_at(std::span<const double> ascending, const CountEvidence& evidence) {
  return ascending[static_cast<std::size_t>(std::max<std::int64_t>(evidence.least(), 1) - 1)];
}

}  // namespace

Interval quantile_sequence(std::span<const double> ascending, double p, double alpha, double concentration) {
  FEEDLOOP_CHECK(alpha > 0 && alpha < 1, "alpha is a probability strictly between 0 and 1");
  const auto n = static_cast<std::int64_t>(ascending.size());
  const CountEvidence evidence(n, p, concentration);
  const double threshold = -std::log(alpha);
  // The counts that are not rejected are those from `low` to `high`.
  std::int64_t low = evidence.least(), high = low;
  for (std::int64_t step = n; step > 0; step /= 2) {
    while (low - step >= 0 && evidence(low - step) < threshold) low -= step;
    while (high + step <= n && evidence(high + step) < threshold) high += step;
  }
  return {low > 0 ? ascending[static_cast<std::size_t>(low - 1)] : -kInfinity,
          high < n ? ascending[static_cast<std::size_t>(high)] : kInfinity};
}

double sequential_quantile_p(std::span<const double> control_ascending, std::span<const double> treatment_ascending, double p,
                             double concentration) {
  if (control_ascending.empty() || treatment_ascending.empty()) return 1;
  const CountEvidence control(static_cast<std::int64_t>(control_ascending.size()), p, concentration);
  const CountEvidence treatment(static_cast<std::int64_t>(treatment_ascending.size()), p, concentration);
  // The evidence of a group grows away from the value that it speaks least against, so the least sum lies between the two
  // groups' values; between neighbouring values it is no less than at either.
  const double of_control = least_at(control_ascending, control), of_treatment = least_at(treatment_ascending, treatment);
  const auto [low, high] = std::minmax(of_control, of_treatment);
  double least = kInfinity;
  for (const std::span<const double> values : {control_ascending, treatment_ascending}) {
    auto x = std::lower_bound(values.begin(), values.end(), low);
    const auto end = std::upper_bound(x, values.end(), high);
    for (; x != end; x = std::upper_bound(x, end, *x))
      least = std::min(least, evidence_at(*x, control_ascending, control) + evidence_at(*x, treatment_ascending, treatment));
  }
  return std::min(1.0, std::exp(-least));
}

}  // namespace feedloop
