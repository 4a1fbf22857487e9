#include "stats/rarefaction.hpp"

#include <cmath>

#include "base/check.hpp"

namespace feedloop {

std::vector<std::int64_t> thinned(std::span<const std::int64_t> counts, double kept, Rng rng) {
  FEEDLOOP_CHECK(kept >= 0 && kept <= 1, "a share outside [0, 1]");
  std::vector<std::int64_t> out(counts.begin(), counts.end());
  // The rarer fate is drawn: its gaps along the row of all counted things are geometric, whatever item they fall to.
  const bool drop = kept > 0.5;
  const double rate = drop ? 1 - kept : kept;
  double next = 0;  // things until the next one of the rarer fate
  const auto gap = [&] { return rate > 0 ? std::floor(std::log(rng.uniform_open()) / std::log1p(-rate)) : HUGE_VAL; };
  next = gap();
  for (std::int64_t& x : out) {
    FEEDLOOP_CHECK(x >= 0, "a count is negative");
    std::int64_t rare = 0;
    auto left = static_cast<double>(x);
    while (next < left) {
      ++rare;
      left -= next + 1;
      next = gap();
    }
    next -= left;
    x = drop ? x - rare : rare;
  }
  return out;
}

}  // namespace feedloop
