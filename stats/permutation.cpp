#include "stats/permutation.hpp"

#include <algorithm>
#include <cmath>
#include <vector>

#include "base/check.hpp"
#include "base/distributions.hpp"

namespace feedloop {
namespace {

// Splits that put `of` of the values into the treatment, or more than `most`.
double number_of_splits(std::size_t values, std::size_t of, double most) {
  double splits = 1;
  for (std::size_t i = 1; i <= std::min(of, values - of) && splits <= most; ++i)
    splits *= static_cast<double>(values - i + 1) / static_cast<double>(i);
  return std::round(splits);
}

}  // namespace

PermutationTest permutation_test(std::span<const double> a, std::span<const double> b, Seed seed, std::int64_t most_splits) {
  FEEDLOOP_CHECK(most_splits > 0, "a permutation test looks at some splits");
  PermutationTest out;
  std::vector<double> values(b.begin(), b.end());
  values.insert(values.end(), a.begin(), a.end());
  if (a.empty() || b.empty() || !std::all_of(values.begin(), values.end(), [](double x) { return std::isfinite(x); }))
    return out;
  const std::size_t n = values.size(), treated = b.size();
  double mean = 0, scale = 0;
  for (const double x : values) mean += x / static_cast<double>(n);
  for (double& x : values) scale += std::abs(x -= mean);
  // With the sizes fixed the sum over the treatment decides. Splits with the same values tie whatever their sums' rounding.
  double observed = 0;
  for (std::size_t i = 0; i < treated; ++i) observed += values[i];
  const double nd = static_cast<double>(n), td = static_cast<double>(treated);
  out.difference = observed / td + observed / (nd - td);
  out.status = TestStatus::Ok;
  const double slack = 1e-12 * scale;
  std::int64_t above = 0, below = 0;
  const auto look = [&](double sum) {
    ++out.splits;
    above += sum >= observed - slack;
    below += sum <= observed + slack;
  };

  out.exact = number_of_splits(n, treated, static_cast<double>(most_splits)) <= static_cast<double>(most_splits);
  if (out.exact) {
    std::vector<std::size_t> chosen(treated);
    for (std::size_t i = 0; i < treated; ++i) chosen[i] = i;
    for (bool more = true; more;) {
      double sum = 0;
      for (const std::size_t i : chosen) sum += values[i];
      look(sum);
      std::size_t last = treated;  // the next combination in order
      while (last > 0 && chosen[last - 1] == n - treated + last - 1) --last;
      more = last > 0;
      if (more) ++chosen[last - 1];
      for (std::size_t i = last; more && i < treated; ++i) chosen[i] = chosen[i - 1] + 1;
    }
  } else {
    look(observed);
    Rng rng = stream(seed, Stream::Bootstrap, {0, 0, 2});
    for (std::int64_t s = 0; s < most_splits; ++s) {
      double sum = 0;
      for (std::size_t i = 0; i < treated; ++i) {
        std::swap(values[i], values[i + uniform_below(rng, static_cast<std::uint32_t>(n - i))]);
        sum += values[i];
      }
      look(sum);
    }
  }
  out.p = std::min(1.0, 2 * static_cast<double>(std::min(above, below)) / static_cast<double>(out.splits));
  return out;
}

}  // namespace feedloop
