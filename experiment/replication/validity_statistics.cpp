// The checks that need no world: what theory says of simulated numbers.
#include <array>
#include <cmath>

#include <fmt/format.h>

#include "base/distributions.hpp"
#include "base/parallel.hpp"
#include "experiment/replication/stopping.hpp"
#include "experiment/replication/validity.hpp"
#include "stats/confidence_sequence.hpp"
#include "stats/cuped.hpp"
#include "stats/group_sequential.hpp"
#include "stats/sequential.hpp"
#include "stats/tails.hpp"

namespace feedloop {
namespace {

// Repeated two-sided tests at 5 % on equal, independent increments (Armitage, McPherson & Rowe 1969, table 2, and the same
// recursion beyond): the chance that one of the looks rejects.
constexpr std::array kLooks{1, 2, 3, 4, 5, 7, 10, 14, 20, 28, 30};
constexpr std::array kLevels{.0500, .0831, .1073, .1262, .1417, .1662, .1934, .2197, .2479, .2747, .2802};
static_assert(kLooks.size() == kLevels.size());
constexpr int kLongest = kLooks.back();
constexpr double kPeekingPoints = 0.02;

// Paths that a rule rejects: of peeking by the look of the first rejection, 0 being none.
struct Stops {
  std::array<std::int64_t, kLongest + 1> peeking{};
  std::int64_t always_valid = 0, asymptotic = 0, obrien_fleming = 0, pocock = 0;
};

}  // namespace

ValiditySection validity_of_peeking(const ValidityOptions& options) {
  const auto paths = by_tier<std::size_t>(options.tier, 20'000, 100'000, 400'000);
  constexpr double kTau = 0.3;  // about the smallest effect that 30 looks can find
  options.label("peeking on independent increments");
  std::vector<double> information;
  for (int k = 1; k <= kLongest; ++k) information.push_back(k / static_cast<double>(kLongest));
  const Boundaries obrien_fleming = spending_boundaries(information, {SpendingFamily::ObrienFleming}, 0.05, Sides::Two),
                   pocock = spending_boundaries(information, {SpendingFamily::Pocock}, 0.05, Sides::Two);
  const double fixed = normal_isf(0.025);
  const Stops stops = parallel_reduce(
      paths, 500, Stops{},
      [&](std::size_t begin, std::size_t end) {
        Stops s;
        for (std::size_t i = begin; i < end; ++i) {
          Rng rng = stream({1}, Stream::Test, entity_key(i, 1));
          AlwaysValid test(kTau), asymptotic(exact_rho(kLongest, 0.05));
          std::size_t peeked = 0;
          bool of_crossed = false, pocock_crossed = false;
          double sum = 0;
          for (std::size_t k = 1; k <= kLongest; ++k) {
            sum += normal(rng);
            const double n = static_cast<double>(k), z = std::fabs(sum) / std::sqrt(n);
            test.look(sum / n, 1 / n);
            asymptotic.look(sum / n, 1 / n);
            if (peeked == 0 && z >= fixed) peeked = k;
            of_crossed = of_crossed || z >= obrien_fleming.z[k - 1];
            pocock_crossed = pocock_crossed || z >= pocock.z[k - 1];
          }
          ++s.peeking[peeked];
          s.always_valid += test.p() < 0.05;
          s.asymptotic += asymptotic.p() < 0.05;
          s.obrien_fleming += of_crossed;
          s.pocock += pocock_crossed;
        }
        return s;
      },
      [](Stops a, const Stops& b) {
        for (std::size_t k = 0; k < a.peeking.size(); ++k) a.peeking[k] += b.peeking[k];
        a.always_valid += b.always_valid;
        a.asymptotic += b.asymptotic;
        a.obrien_fleming += b.obrien_fleming;
        a.pocock += b.pocock;
        return a;
      });
  ValiditySection section{
      "Peeking on independent increments",
      fmt::format("{} paths of {} equal, independent, normal increments without an effect.", paths, kLongest),
      {}};
  std::int64_t rejected = 0;
  for (int k = 1, row = 0; k <= kLongest; ++k) {
    rejected += stops.peeking[static_cast<std::size_t>(k)];
    if (k != kLooks[static_cast<std::size_t>(row)]) continue;
    section.checks.push_back(near_check(fmt::format("peeking.{}", k), fmt::format("z beyond ± 1.96 at one of {} looks", k),
                                        kLevels[static_cast<std::size_t>(row)], kPeekingPoints, rejected,
                                        static_cast<std::int64_t>(paths)));
    ++row;
  }
  for (const auto& [rule, hits] :
       {std::pair{StoppingRule::AlwaysValid, stops.always_valid}, std::pair{StoppingRule::Asymptotic, stops.asymptotic},
        std::pair{StoppingRule::ObrienFleming, stops.obrien_fleming}, std::pair{StoppingRule::Pocock, stops.pocock}})
    section.checks.push_back(at_most_check(fmt::format("sequential.{}", key_of(rule)),
                                           fmt::format("{}, {} looks: rejections without an effect", to_string(rule), kLongest),
                                           0.05, 0, hits, static_cast<std::int64_t>(paths)));
  return section;
}

ValiditySection validity_of_cuped(const ValidityOptions& options) {
  const auto trials = by_tier<std::size_t>(options.tier, 400, 2000, 10'000);
  constexpr int kUnits = 1000;  // a variant
  options.label("CUPED on synthetic pairs");
  ValiditySection section{"CUPED",
                          fmt::format("{} A/A tests of two variants of {} normal pairs (metric, covariate) each; the ratio of "
                                      "the adjusted to the plain estimate's variance over the tests.",
                                      trials, kUnits),
                          {}};
  for (const double rho : {0.3, 0.5, 0.7, 0.9}) {
    struct Estimates {
      RatioMoments pair;  // "num" the plain estimate, "den" the adjusted one
      std::int64_t rejected = 0;
    };
    const Estimates all = parallel_reduce(
        trials, 16, Estimates{},
        [&](std::size_t begin, std::size_t end) {
          Estimates e;
          for (std::size_t i = begin; i < end; ++i) {
            Rng rng = stream({2}, Stream::Test, entity_key(i, static_cast<std::uint64_t>(100 * rho)));
            std::array<CovariateMoments, 2> variant;
            for (CovariateMoments& v : variant)
              for (int u = 0; u < kUnits; ++u) {
                const double x = normal(rng);
                v.add(rho * x + std::sqrt(1 - rho * rho) * normal(rng), x);
              }
            const Cuped c = cuped(variant[0], variant[1], 0.05);
            e.pair.add(c.unadjusted.effect, c.adjusted.effect);
            e.rejected += c.adjusted.p < 0.05;
          }
          return e;
        },
        [](Estimates a, const Estimates& b) {
          return Estimates{a.pair.merged(b.pair), a.rejected + b.rejected};
        });
    // log of a ratio of two sample variances of correlation r: variance 4 (1 - r^2) / n for normal estimates.
    const double ratio = all.pair.variance_den() / all.pair.variance_num();
    const double r2 = all.pair.covariance() * all.pair.covariance() / (all.pair.variance_num() * all.pair.variance_den());
    const double se = std::sqrt(4 * (1 - r2) / static_cast<double>(trials));
    const double expected = 1 - rho * rho;
    section.checks.push_back({fmt::format("cuped.{:g}", rho),
                              fmt::format("variance left at rho = {:g}", rho),
                              fmt::format("1 - rho² = {:.2f}", expected),
                              ratio,
                              {ratio * std::exp(-1.96 * se), ratio * std::exp(1.96 * se)},
                              static_cast<std::int64_t>(trials),
                              false,
                              std::fabs(std::log(ratio / expected)) < 3.29 * se});
    section.checks.push_back(rate_check(fmt::format("cuped.level.{:g}", rho),
                                        fmt::format("adjusted test at rho = {:g}: rejections without an effect", rho), 0.05,
                                        all.rejected, static_cast<std::int64_t>(trials)));
  }
  return section;
}

}  // namespace feedloop
