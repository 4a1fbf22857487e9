// Pictures of a report's numbers as SVG to stand in a page: nothing is computed from them but where they go. A page gives the
// colours as CSS variables: --ink, --dim, --good, --bad, --doubt and --v0 to --v5 for variants. Every picture has a title and
// its numbers in words, and variants carry letters and dashes beside their colours.
#pragma once

#include <string>
#include <string_view>

#include "experiment/report.hpp"

namespace feedloop {

// Lifts of one treatment, a row for every compared metric: thick the lift's interval, thin the always-valid one. That one is an
// interval of the difference, drawn as a share of control's value; the lift's alone carries the uncertainty of that value. All
// treatments of an experiment have one scale, which is bent where lifts are large. Empty when no lift can be shown.
std::string forest_chart(const Report& r, const ExperimentReport& e, const VariantReport& treatment);
// Whether forest_chart's scale is bent: about linear up to 10 %, logarithmic beyond.
bool forest_is_bent(const ExperimentReport& e);

// A metric by variant over the days, cumulative, with its intervals. Empty when the report has no series of it.
std::string series_chart(const Report& r, const ExperimentReport& e, const MetricInfo& metric);

// The latencies of simulated services, a bar for every variant; empty when there are none.
std::string latency_chart(const Report& r, const ExperimentReport& e);

}  // namespace feedloop
