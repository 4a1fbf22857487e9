#include "experiment/analysis/cohorts.hpp"

#include <algorithm>

#include "stats/proportion.hpp"

namespace feedloop {

void analyse_cohorts(const AnalysisInput& in, ExperimentReport& out) {
  const std::size_t variants = out.variants.size(), days = in.units.days();
  const auto until = static_cast<std::size_t>(std::max<std::int64_t>((in.now - in.study.t0).us / kDay.us, 0));
  const std::size_t size = std::min(days, until);
  if (size == 0) return;
  // [variant][entered][since]: units followed to the end of that day, and of these active.
  std::vector<std::int64_t> followed(variants * size * size, 0), active = followed;
  const std::vector<std::size_t> variant_of_cell = variant_by_cell(in.study, in.experiment);
  for (std::size_t u = 0; u < in.units.units(); ++u) {
    if (!in.units.entered(u)) continue;
    const SimTime entry = in.units.entry(u);
    const auto entered = static_cast<std::size_t>(std::max<std::int64_t>((entry - in.study.t0).us / kDay.us, 0));
    if (entered >= size) continue;
    const auto over = static_cast<std::size_t>(std::max<std::int64_t>((in.now - entry).us / kDay.us, 0));
    const std::size_t row = (variant_of_cell[in.units.cell(u)] * size + entered) * size;
    for (std::size_t d = 0; d < std::min(over, size); ++d) {
      ++followed[row + d];
      active[row + d] += in.units.active(u, d);
    }
  }
  for (std::size_t v = 0; v < variants; ++v) {
    CohortReport report{out.variants[v].name, {}, {}, {}, {}, {}, {}};
    for (std::size_t entered = 0; entered < size; ++entered)
      for (std::size_t since = 0; entered + since < size; ++since) {
        const std::int64_t n = followed[(v * size + entered) * size + since],
                           came = active[(v * size + entered) * size + since];
        const bool enough = n >= kLeastCohort;
        const Interval ci = enough ? wilson(came, n, in.study.analysis.alpha) : Interval{kNoValue, kNoValue};
        report.entered.push_back(static_cast<double>(entered));
        report.since.push_back(static_cast<double>(since));
        report.value.push_back(enough ? static_cast<double>(came) / static_cast<double>(n) : kNoValue);
        report.low.push_back(ci.low);
        report.high.push_back(ci.high);
        report.units.push_back(static_cast<double>(n));
      }
    out.cohorts.push_back(std::move(report));
  }
}

}  // namespace feedloop
