// What somebody claims of recommenders, as a block of a scenario, and how a measurement is judged against it.
//
//   [[claim]]
//   id = "E1"
//   text = "One slow store pushes the 99th percentile past 200 ms."
//   source = "S0"                    which list of claims it is from
//   quantity = "metric"              a row of quantity_registry()
//   metric = "serving_p99_ms"        for the quantities that read a metric of the report
//   variant = "slow"                 whose pages are measured; without it the control
//   against = "healthy"              the value is then a contrast of the two:
//   contrast = "lift"                "difference" (default), or the difference as a share of `against`
//   world = "launch"                 in which world: "experiment" (default), or the one in which everybody is in the variant
//   days = [0, 7]                    what is measured of pages counts those of these days since t0 alone
//   against_days = [21, 28]          those of `against`, where they are others; without `against` of the same variant
//   against_metric = "user_ctr"      its metric, where it is another one; likewise
//   band = [200, inf]                where the value is said to lie
//   needs = "overlap"                what of the interval must lie there: "inside" = all of it (default), "overlap" = some
//   statistic = "median"             of the seeds: "mean" (default), or the median, which suits times until something happens
//   from = 0                         the value if the claim had nothing in it; 0 of a contrast, else none
//   verdict = "reproduced"           as last measured; or one a tier, { quick = "partly", standard = "reproduced", … }
//   tier = "standard"                the quickest tier that runs it (default "quick")
//   seeds = { quick = 1, standard = 3, full = 10 }
//   note = "…"                       a paragraph for docs/CLAIMS.md, which also draws the claim: what was measured, and why so
//   fleet.shards = 64                any key of fleet, for this claim alone
//
// The interval of a mean is Student's 95 % over the seeds; that of a median is of order statistics (stats/sample_quantile.hpp),
// takes six seeds, and reads a seed without a value as later than all others: it had not happened yet. The interval of one
// seed, or of seeds that agree, is the point itself.
//
//   reproduced   the interval lies in the band (or meets it, where the claim needs no more)
//   partly       otherwise, when all of the interval and the band lie on the same side of `from`: the right direction
//   not          otherwise, and when a seed gives a mean no value
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/parameters.hpp"
#include "stats/interval.hpp"

namespace feedloop {

enum class Tier : std::uint8_t { Quick, Standard, Full };
constexpr std::array<std::string_view, 3> kTierNames{"quick", "standard", "full"};

enum class Verdict : std::uint8_t { Reproduced, Partly, Not };
constexpr std::array<std::string_view, 3> kVerdictNames{"reproduced", "partly", "not"};
constexpr std::int64_t kMedianSeeds = 6;  // the fewest whose extremes are an interval of 95 %

struct Claim {
  std::string id, text, source, quantity, metric;
  std::string variant, against;  // empty: control; no contrast
  std::string against_metric;    // empty: `metric`
  std::string note;
  bool lift = false, overlap = false, launch = false, median = false;
  Interval days{0, kInfinity}, band;
  std::optional<Interval> against_days;  // none: `days`
  std::optional<double> from;
  Tier tier = Tier::Quick;                                      // the quickest that runs it
  std::array<Verdict, kTierNames.size()> recorded{};            // by tier
  std::array<std::int64_t, kTierNames.size()> seeds{1, 3, 10};  // by tier
  std::vector<std::pair<std::string, Value>> overrides;         // of fleet.*
};

struct Measurement {
  std::vector<double> values;  // by seed
  double centre = kNaN;        // mean or median
  Interval ci;
};

// NaN when there is no value, or one that is not finite in a mean, or the median has no interval.
Measurement measured_over(std::vector<double> values, bool median = false);
double contrast(const Claim& claim, double variant, double against);
Verdict judge(const Claim& claim, const Measurement& measured);

}  // namespace feedloop
