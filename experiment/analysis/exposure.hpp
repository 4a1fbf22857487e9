// A variant as a whole: how its impressions fall over the catalogue, how its users compare with one another, how good its click
// predictions were (experiment/metrics/group.hpp, calibration.hpp), and differences from control. The universe is every item
// that could be shown by now.
#pragma once

#include "experiment/analysis/analysis.hpp"

namespace feedloop {

// Values by metric of exposure_infos(), and of each the bootstrap's replicates over users: empty where there are none.
struct GroupValues {
  std::int64_t impressions = 0;
  std::vector<std::int64_t> shown;  // by item
  std::vector<double> value;
  std::vector<std::vector<double>> replicates;
};
// Quick leaves out pairs of users, and all but Errors the replicates.
enum class GroupDetail { Quick, Values, Errors };
// Values of one variant's users. Metrics that depend on the number of impressions are worked out with these thinned to
// `impressions` of them, where there are more.
GroupValues group_values(const Study& study, const UnitTable& units, std::size_t experiment, std::size_t variant, SimTime now,
                         GroupDetail detail, std::int64_t impressions = INT64_MAX);
// Gini of one variant's impressions over every item that could be shown by `now`, as in the metric of that name.
double exposure_gini(const Study& study, const UnitTable& units, std::size_t experiment, std::size_t variant, SimTime now);
// Standard deviation over replicates; NaN for fewer than two that are numbers.
double spread(std::span<const double> replicates);

// Pairs of users, errors and differences are worked out at the end of the run only. A difference compares the variants at equal
// impressions, its error takes the two variants' users as independent, and its interval is the normal's.
void analyse_exposure(const AnalysisInput& in, ExperimentReport& out);
std::vector<MetricInfo> exposure_infos();

}  // namespace feedloop
