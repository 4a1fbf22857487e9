#include "experiment/study.hpp"

#include <fmt/format.h>

namespace feedloop {
namespace {

Duration checked_epoch(const ScenarioParams& p, const Scenario& scenario) {
  const Duration epoch = from_seconds(p.epoch_minutes * 60);
  if (kDay.us % epoch.us != 0)
    throw Error(fmt::format("`epoch_minutes` = {} does not divide a day into whole epochs", p.epoch_minutes),
                Place{scenario.source.string()});
  return epoch;
}

}  // namespace

Study::Study(const Scenario& s)
    : scenario(s),
      params(s.settings.read<ScenarioParams>("")),
      analysis(s.settings.read<AnalysisParams>("analysis")),
      seed{s.seed()},
      t0{SimTime{0} + kDay * params.warmup_days},
      end{t0 + kDay * params.days},
      epoch(checked_epoch(params, s)),
      world(s.settings.read<WorldParams>("world"), seed, end, s.tables ? *s.tables : WorldTables{}),
      assignment(s.experiments) {
  for (std::size_t c = 0; c < assignment.cells(); ++c) {
    std::vector<std::size_t> variants;
    for (std::size_t e = 0; e < s.experiments.size(); ++e) variants.push_back(assignment.variant_in(c, e));
    cells.push_back(s.cell_settings(variants));
  }
}

}  // namespace feedloop
