#include "data/popularity_curve.hpp"

#include <algorithm>
#include <cmath>
#include <functional>
#include <vector>

#include "base/check.hpp"
#include "data/golden_section.hpp"

namespace feedloop {
namespace {

// Log-likelihood of the sorted counts as a function of s, at one q.
class Likelihood {
 public:
  Likelihood(const std::vector<double>& sorted, double q) : logs_(sorted.size()) {
    for (std::size_t r = 0; r < sorted.size(); ++r) {
      logs_[r] = std::log(static_cast<double>(r + 1) + q);
      total_ += sorted[r];
      weighted_ += sorted[r] * logs_[r];
    }
  }
  double operator()(double s) const {
    double normaliser = 0;
    for (const double l : logs_) normaliser += std::exp(-s * l);
    return -s * weighted_ - total_ * std::log(normaliser);
  }

 private:
  std::vector<double> logs_;
  double total_ = 0, weighted_ = 0;
};

}  // namespace

ZipfMandelbrot fit_zipf_mandelbrot(std::span<const std::int64_t> counts) {
  std::vector<double> sorted(counts.begin(), counts.end());
  std::sort(sorted.begin(), sorted.end(), std::greater<>());
  FEEDLOOP_CHECK(!sorted.empty() && sorted.front() > 0, "a popularity curve of nothing");

  // For fixed q the likelihood is an exponential family in s, hence concave; its profile over log(1 + q) is smooth with
  // one hill.
  const auto best_s = [&](double q) { return golden_maximum(0.05, 30, 1e-7, Likelihood(sorted, q)); };
  const double top = std::log1p(100.0 * static_cast<double>(sorted.size()));
  const double z = golden_maximum(0, top, 1e-6, [&](double x) {
    const Likelihood f(sorted, std::expm1(x));
    return f(golden_maximum(0.05, 30, 1e-7, f));
  });
  ZipfMandelbrot fit;
  fit.q = std::expm1(z) < 1e-3 ? 0 : std::expm1(z);
  fit.s = best_s(fit.q);
  fit.log_likelihood = Likelihood(sorted, fit.q)(fit.s);

  const double hs = 1e-3 * fit.s, hq = 1e-3 * (1 + fit.q);
  const auto at = [&](double ds, double dq) { return Likelihood(sorted, fit.q + dq)(fit.s + ds); };
  if (fit.q > 2 * hq && z < top - 1e-3) {
    const double ss = -(at(hs, 0) - 2 * fit.log_likelihood + at(-hs, 0)) / (hs * hs);
    const double qq = -(at(0, hq) - 2 * fit.log_likelihood + at(0, -hq)) / (hq * hq);
    const double sq = -(at(hs, hq) - at(hs, -hq) - at(-hs, hq) + at(-hs, -hq)) / (4 * hs * hq);
    const double determinant = ss * qq - sq * sq;
    if (ss > 0 && determinant > 0) {
      const double s_se = std::sqrt(qq / determinant), q_se = std::sqrt(ss / determinant);
      fit.s_ci = {fit.s - 1.96 * s_se, fit.s + 1.96 * s_se};
      fit.q_ci = {fit.q - 1.96 * q_se, fit.q + 1.96 * q_se};
    }
  }
  return fit;
}

}  // namespace feedloop
