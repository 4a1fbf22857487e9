#include <cmath>

#include <fmt/format.h>

#include "experiment/evaluation/evaluation.hpp"
#include "experiment/simulation.hpp"

namespace feedloop {
namespace {

struct HeadSums {
  double auc = 0, entropy = 0, slope = 0, intercept = 0;
  int nights = 0;
  std::array<ReliabilityBin, kReliabilityBins> bins{};

  void add(const HeadValidation& v) {
    if (std::isnan(v.auc) || std::isnan(v.slope)) return;
    ++nights, auc += v.auc, entropy += v.normalised_entropy, slope += v.slope, intercept += v.intercept;
    for (std::size_t b = 0; b < bins.size(); ++b) {
      bins[b].weight += v.bins[b].weight;
      bins[b].predicted += v.bins[b].weight * v.bins[b].predicted;
      bins[b].observed += v.bins[b].weight * v.bins[b].observed;
    }
  }
};

}  // namespace

std::vector<EvaluationTable> evaluate_calibration(const Scenario& scenario, const EvaluationOptions& options) {
  std::array<HeadSums, kHeads> sums{};
  std::int64_t rows = 0;
  for (int s = 0; s < options.seeds; ++s) {
    options.begin(s, options.seeds);
    const Scenario one = nth_world(scenario, s);
    const Study study(one);
    Simulation simulation(study);
    while (simulation.now() < study.end)
      simulation.run_epoch({.all_control = simulation.now() < study.t0}, [](std::span<const Interaction>) {});
    for (const NightlyValidation& night : simulation.engine().pipeline(0).validations()) {
      if (night.night < study.t0) continue;
      rows += night.rows;
      for (std::size_t h = 0; h < kHeads; ++h) sums[h].add(night.heads[h]);
    }
  }

  EvaluationTable heads{"Calibration of each head", {"head", "AUC", "normalised entropy", "slope", "intercept"}, {}, ""};
  EvaluationTable bins{"Reliability: predicted / observed, in ten bins of equal weight", {"head"}, {}, ""};
  for (std::size_t b = 1; b <= kReliabilityBins; ++b) bins.columns.push_back(fmt::format("{}", b));
  for (std::size_t h = 0; h < kHeads; ++h) {
    const HeadSums& x = sums[h];
    if (x.nights == 0) continue;  // not trained: no variant's objective asks for it
    heads.rows.push_back({std::string(kHeadNames[h]), fmt::format("{:.3f}", x.auc / x.nights),
                          fmt::format("{:.3f}", x.entropy / x.nights), fmt::format("{:.2f}", x.slope / x.nights),
                          fmt::format("{:+.2f}", x.intercept / x.nights)});
    std::vector<std::string> cells{std::string(kHeadNames[h])};
    for (const ReliabilityBin& b : x.bins)
      cells.push_back(fmt::format("{:.2g} / {:.2g}", b.predicted / b.weight, b.observed / b.weight));
    bins.rows.push_back(std::move(cells));
  }
  heads.note = fmt::format(
      "Means over the nights of the experiment and {} seeds, {} rows in all: each day's rows scored by the models of the night "
      "before. Slope 1 and intercept 0 are perfect; normalised entropy below 1 says more than the base rate. Heads that no "
      "variant's objective weighs are not trained.",
      options.seeds, rows);
  bins.note = "Probabilities; of the watch head, the odds are minutes.";
  return {std::move(heads), std::move(bins)};
}

}  // namespace feedloop
