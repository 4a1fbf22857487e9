#include "stats/poisson_bootstrap.hpp"

#include <algorithm>
#include <array>
#include <cmath>

#include "base/check.hpp"

namespace feedloop {
namespace {

typedef double Lanes __attribute__((vector_size(32)));
constexpr std::size_t kGroupLanes = 4, kSums = 4, kUnits = 256;

// P(Poisson(1) <= k) in units of 2^-32; beyond eight the generator's words cannot tell.
constexpr std::array<std::uint32_t, 9> kCumulative{1580030169u, 3160060337u, 3950075422u, 4213413783u, 4279248374u,
                                                   4292415292u, 4294609778u, 4294923276u, 4294962463u};

}  // namespace

int poisson_one(std::uint32_t word) {
  int k = 0;
  while (k < static_cast<int>(kCumulative.size()) && word >= kCumulative[static_cast<std::size_t>(k)]) ++k;
  return k;
}

PoissonBootstrap::PoissonBootstrap(std::vector<OffPolicySpec> specs, int replicates, Seed seed)
    : specs_(std::move(specs)), groups_((static_cast<std::size_t>(replicates) + kGroupLanes - 1) / kGroupLanes), seed_(seed) {
  FEEDLOOP_CHECK(replicates > 0, "a bootstrap without replicates");
  sums_.assign(groups_ * specs_.size() * kSums * kGroupLanes, 0.0);
}

void PoissonBootstrap::add(std::uint64_t first_unit, const LoggedRows& rows, std::size_t rows_per_unit) {
  const std::size_t width = specs_.size() * kSums, units = (rows.size() + rows_per_unit - 1) / rows_per_unit;
  std::vector<double> terms(std::min(units, kUnits) * width);
  std::vector<Lanes> total(width);
  for (std::size_t begin = 0; begin < units; begin += kUnits) {
    const std::size_t n = std::min(kUnits, units - begin);
    for (std::size_t u = 0; u < n; ++u) {
      const std::size_t row = (begin + u) * rows_per_unit;
      const LoggedRows unit = rows.part(row, std::min(rows_per_unit, rows.size() - row));
      for (std::size_t s = 0; s < specs_.size(); ++s) {
        const OffPolicyTerms t = off_policy_terms(specs_[s], unit);
        double* out = &terms[u * width + s * kSums];
        out[0] = t.count, out[1] = t.x, out[2] = t.y, out[3] = t.z;
      }
    }
    for (std::size_t g = 0; g < groups_; ++g) {
      double* kept = &sums_[g * width * kGroupLanes];
      for (std::size_t k = 0; k < width; ++k)
        for (std::size_t l = 0; l < kGroupLanes; ++l) total[k][l] = kept[k * kGroupLanes + l];
      for (std::size_t u = 0; u < n; ++u) {
        const std::uint64_t unit = first_unit + begin + u;
        Rng rng =
            stream(seed_, Stream::Bootstrap,
                   {static_cast<std::uint32_t>(unit), static_cast<std::uint32_t>(unit >> 32), static_cast<std::uint32_t>(g)});
        Lanes times;
        for (std::size_t l = 0; l < kGroupLanes; ++l) times[l] = poisson_one(rng());
        for (std::size_t k = 0; k < width; ++k) total[k] += times * terms[u * width + k];
      }
      for (std::size_t k = 0; k < width; ++k)
        for (std::size_t l = 0; l < kGroupLanes; ++l) kept[k * kGroupLanes + l] = total[k][l];
    }
  }
}

void PoissonBootstrap::merge(const PoissonBootstrap& other) {
  FEEDLOOP_CHECK(specs_ == other.specs_ && groups_ == other.groups_ && seed_ == other.seed_, "other resamples");
  for (std::size_t i = 0; i < sums_.size(); ++i) sums_[i] += other.sums_[i];
}

std::vector<double> PoissonBootstrap::values(std::size_t spec) const {
  const bool ratio = is_normalised(specs_[spec].method);
  std::vector<double> out;
  for (std::size_t g = 0; g < groups_; ++g) {
    const double* t = &sums_[(g * specs_.size() + spec) * kSums * kGroupLanes];
    for (std::size_t l = 0; l < kGroupLanes; ++l) {
      const double count = t[l], x = t[kGroupLanes + l], y = t[2 * kGroupLanes + l], z = t[3 * kGroupLanes + l];
      if (count > 0 && (!ratio || z > 0)) out.push_back(x / count + (ratio ? y / z : 0));
    }
  }
  std::sort(out.begin(), out.end());
  return out;
}

double PoissonBootstrap::se(std::size_t spec) const {
  const std::vector<double> v = values(spec);
  if (v.size() < 2) return kNaN;
  double mean = 0, m2 = 0;
  for (const double x : v) mean += x / static_cast<double>(v.size());
  for (const double x : v) m2 += (x - mean) * (x - mean);
  return std::sqrt(m2 / static_cast<double>(v.size() - 1));
}

Interval PoissonBootstrap::interval(std::size_t spec, double alpha) const {
  const std::vector<double> v = values(spec);
  if (v.size() < 2) return {};
  return {interpolated_quantile(v, alpha / 2), interpolated_quantile(v, 1 - alpha / 2)};
}

double interpolated_quantile(std::span<const double> ascending, double q) {
  if (ascending.empty()) return kNaN;
  const double at = q * static_cast<double>(ascending.size() - 1);
  const auto below = static_cast<std::size_t>(at);
  if (below + 1 >= ascending.size()) return ascending.back();
  return ascending[below] + (at - static_cast<double>(below)) * (ascending[below + 1] - ascending[below]);
}

}  // namespace feedloop
