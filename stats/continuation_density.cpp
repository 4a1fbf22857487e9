#include "stats/continuation_density.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <numbers>

#include <boost/math/quadrature/gauss.hpp>

#include "base/check.hpp"
#include "stats/tails.hpp"

namespace feedloop {
namespace {

constexpr int kPoints = 15;
constexpr double kPanelSd = 2;  // width of a panel in standard deviations of an increment
constexpr double kReachSd = 9;  // beyond it a normal density holds 1e-19

struct Rule {
  std::array<double, kPoints> x, w;  // on [-1, 1], ascending
};

const Rule& gauss_legendre() {
  static const Rule rule = [] {
    using Gauss = boost::math::quadrature::gauss<double, kPoints>;
    Rule r{};
    constexpr int middle = kPoints / 2;
    for (int i = 0; i <= middle; ++i) {
      const auto k = static_cast<std::size_t>(i), up = static_cast<std::size_t>(middle + i),
                 down = static_cast<std::size_t>(middle - i);
      r.x[up] = Gauss::abscissa()[k];
      r.x[down] = -Gauss::abscissa()[k];
      r.w[up] = r.w[down] = Gauss::weights()[k];
    }
    return r;
  }();
  return rule;
}

}  // namespace

ContinuationDensity::ContinuationDensity(double drift) : drift_(drift) {
  FEEDLOOP_CHECK(std::isfinite(drift), "a drift is a finite number");
}

void ContinuationDensity::look(double information) {
  FEEDLOOP_CHECK(std::isfinite(information) && information > 0, "information is a positive number");
  FEEDLOOP_CHECK(information - t_ >= kSmallestLookStep * information, "a look brings more information than the one before");
  // The panels must resolve the density that the last step made and the kernel of the next one, which is known only now.
  if (t_ > 0) settle(std::min(t_ - from_, information - t_));
  t_ = information;
  region_ = {-kInfinity, kInfinity};
}

void ContinuationDensity::keep(const Interval& region) { region_ = region; }

double ContinuationDensity::above(double z) const {
  if (!(t_ > 0)) return 0;
  const double sd = std::sqrt(t_ - from_), bar = z * std::sqrt(t_) - drift_ * (t_ - from_);
  double p = 0;
  for (std::size_t i = 0; i < at_.size(); ++i) p += mass_[i] * normal_sf((bar - at_[i]) / sd);
  return p;
}

double ContinuationDensity::below(double z) const {
  if (!(t_ > 0)) return 0;
  const double sd = std::sqrt(t_ - from_), bar = z * std::sqrt(t_) - drift_ * (t_ - from_);
  double p = 0;
  for (std::size_t i = 0; i < at_.size(); ++i) p += mass_[i] * normal_sf((at_[i] - bar) / sd);
  return p;
}

void ContinuationDensity::settle(double step) {
  const double root = std::sqrt(t_), mean = drift_ * t_;
  const double low = std::max(region_.low * root, mean - kReachSd * root);
  const double high = std::min(region_.high * root, mean + kReachSd * root);
  std::vector<double> at, mass;
  if (low < high) {
    const double sd = std::sqrt(t_ - from_), shift = drift_ * (t_ - from_);
    const double scale = 1 / (sd * std::sqrt(2 * std::numbers::pi));
    const auto panels = static_cast<std::size_t>(std::max(1.0, std::ceil((high - low) / (kPanelSd * std::sqrt(step)))));
    const double half = (high - low) / (2 * static_cast<double>(panels));
    const Rule& rule = gauss_legendre();
    at.reserve(panels * kPoints);
    mass.reserve(panels * kPoints);
    std::size_t first = 0;
    for (std::size_t panel = 0; panel < panels; ++panel) {
      const double centre = low + (2 * static_cast<double>(panel) + 1) * half;
      for (std::size_t k = 0; k < kPoints; ++k) {
        const double x = centre + half * rule.x[k];
        while (first < at_.size() && at_[first] < x - shift - kReachSd * sd) ++first;
        double density = 0;
        for (std::size_t i = first; i < at_.size() && at_[i] <= x - shift + kReachSd * sd; ++i) {
          const double z = (x - shift - at_[i]) / sd;
          density += mass_[i] * std::exp(-0.5 * z * z);
        }
        at.push_back(x);
        mass.push_back(density * scale * half * rule.w[k]);
      }
    }
  }
  at_ = std::move(at);
  mass_ = std::move(mass);
  from_ = t_;
}

}  // namespace feedloop
