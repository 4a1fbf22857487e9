#include "experiment/study.hpp"

namespace feedloop {
Study::Study(const Scenario& s)
    : scenario(s),
      params(s.settings.read<ScenarioParams>("")),
      analysis(s.settings.read<AnalysisParams>("analysis")),
      seed{s.seed()},
      t0{SimTime{0} + kDay * params.warmup_days},
      end{t0 + kDay * params.days},
      epoch(from_seconds(params.epoch_minutes * 60)),
      world(s.settings.read<WorldParams>("world"), seed, end, s.tables ? *s.tables : WorldTables{}),
      assignment(s.experiments) {
  for (std::size_t c = 0; c < assignment.cells(); ++c) {
    std::vector<std::size_t> variants;
    for (std::size_t e = 0; e < s.experiments.size(); ++e) variants.push_back(assignment.variant_in(c, e));
    cells.push_back(s.cell_settings(variants));
  }
}

}  // namespace feedloop
