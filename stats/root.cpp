#include "stats/root.hpp"

#include <cmath>
#include <cstdint>

#include <boost/math/tools/toms748_solve.hpp>

#include "base/check.hpp"
#include "stats/interval.hpp"

namespace feedloop {

double root_between(const std::function<double(double)>& f, double low, double high) {
  FEEDLOOP_CHECK(low <= high && std::isfinite(low) && std::isfinite(high), "a root is looked for between two numbers");
  const double at_low = f(low), at_high = f(high);
  if (std::isnan(at_low) || std::isnan(at_high)) return kNaN;
  if (at_low == 0 || at_high == 0 || (at_low > 0) == (at_high > 0)) return std::abs(at_low) <= std::abs(at_high) ? low : high;
  std::uintmax_t steps = 200;
  const auto bracket =
      boost::math::tools::toms748_solve(f, low, high, at_low, at_high, boost::math::tools::eps_tolerance<double>(50), steps);
  return bracket.first + 0.5 * (bracket.second - bracket.first);
}

}  // namespace feedloop
