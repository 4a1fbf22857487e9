// Interleaving's result: the treatment's share of the clicks on drafted pages, over users who clicked, as a ratio of sums with
// the delta method's error, against one half (Student's t with users - 1 degrees of freedom). In expectation equal slates share
// the clicks evenly (Radlinski, Kurup & Joachims 2008, sec. 4.2).
#pragma once

#include "experiment/analysis/analysis.hpp"

namespace feedloop {

PreferenceReport preference_of(const InterleavingTable& table, std::string variant, double alpha, std::int64_t min_units);

void analyse_preference(const AnalysisInput& in, ExperimentReport& out);

}  // namespace feedloop
