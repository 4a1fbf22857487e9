// What an experiment's design is worth, from many runs of it: how often each stopping rule finds an effect, how often its
// interval holds the true one, how far off its estimates are (docs/STATISTICS.md, "Studies"). A run is another world (another
// seed), or another assignment of the same world (another salt): the first says what the design does anywhere, the second
// what chance of assignment alone does here.
//
// Rules that look before the end are told of the metrics whose daily looks a report keeps: those that decide or guard, and the
// first. The study's table has a row for every design, run, treatment, metric and rule:
//   design, run, seed, salt, scenario_hash, build, layer, variant, metric, rule, rejected (1, 0, or empty: not enough data),
//   day, effect, ci_low, ci_high, p, true_effect, true_se
#pragma once

#include <array>
#include <cstdint>
#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

#include "experiment/replication/measured.hpp"
#include "experiment/replication/stopping.hpp"
#include "experiment/replication/sweep.hpp"
#include "stats/kolmogorov_smirnov.hpp"

namespace feedloop {

enum class PowerVary : std::uint8_t { World, Assignment };

struct PowerPlan {
  Scenario scenario;
  std::int64_t reps = 10;
  PowerVary vary = PowerVary::World;
  bool truth = true;        // run the worlds that tell the true effect; a null treatment's is 0 without
  std::string design = {};  // of several: what is said over the scenario, as "assignment.unit=household"
};

// One stopping rule on one metric of one treatment.
struct DesignQuality {
  std::string layer, variant, metric;
  StoppingRule rule = StoppingRule::FixedHorizon;
  bool null = false;        // the treatment changes nothing: `rejected` is the type-I error
  MeasuredShare rejected;   // of the runs that could be tested
  MeasuredShare coverage;   // reported intervals that hold the run's true effect
  MeasuredMean truth;       // by run; its sd is what another seed adds
  double within_se = kNaN;  // the mean of the errors that a single run gives for its true effect
  MeasuredMean bias;        // estimate at the stop minus the run's true effect
  MeasuredShare type_s;     // rejections on the wrong side of the mean true effect
  double type_m = kNaN;     // mean |estimate| of the rejections over |mean true effect| (Gelman & Carlin 2014)
  double type_m_se = kNaN;
  KsTest flatness;   // of the p-values, which in an A/A test are uniform; fixed horizon only
  MeasuredMean day;  // of the stop; the last day where the rule did not stop
};

struct PowerResult {
  std::string scenario, design;
  PowerVary vary = PowerVary::World;
  std::int64_t runs = 0;
  int days = 0;
  double alpha = 0.05;
  std::vector<MetricInfo> metrics;
  std::vector<DesignQuality> qualities;  // by layer, treatment, metric, rule
};

// Runs what the table at `out` does not hold yet (no path: all, and nothing is kept) and sums up all of it. Throws Error, and
// Interrupted, the runs that were over being kept. The warm-up of one world is run once for all of its assignments, and so are
// the worlds that tell its truth when there is one layer.
PowerResult power_study(const PowerPlan& plan, const std::filesystem::path& out, bool resume, Observer* observer = nullptr,
                        const RunLabel& label = {});

// Several designs, one after the other, in one table. Throws Error also where two have the same text.
std::vector<PowerResult> power_studies(const std::vector<PowerPlan>& plans, const std::filesystem::path& out, bool resume,
                                       Observer* observer = nullptr, const RunLabel& label = {});

// What a design says over a scenario, as sets: "key=value,key=value", where a part without = belongs to the value before it.
// Throws Error for a text that begins without a key.
std::vector<std::string> design_sets(std::string_view text);

}  // namespace feedloop
