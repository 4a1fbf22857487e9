// Pictures of what report/details.hpp says in tables: effects over the days, for whom, who stays, and how exposure is shared.
// Each is empty where the report has nothing of the kind; an effect that must not be trusted is not drawn.
#pragma once

#include <string>

#include "experiment/report.hpp"

namespace feedloop {

// A treatment's effect, cumulative: the band is each look's fixed-horizon interval (normal), the dotted lines are the
// always-valid one, which holds at all looks together. In the metric's unit; of percentages, points.
std::string effect_chart(const Report& r, const ExperimentReport& e, const EffectSeries& s);

// Lifts of one treatment by tier of activity, and of all tiers at their shares, for each metric that decides.
std::string tiers_chart(const Report& r, const ExperimentReport& e, const VariantReport& treatment);

std::string retention_chart(const ExperimentReport& e);  // share active on each day after they entered, in per cent
std::string survival_chart(const ExperimentReport& e);   // share not lapsed, in per cent
// The least shown share of items against the share of impressions that it takes, in per cent; the diagonal is even exposure.
std::string lorenz_chart(const ExperimentReport& e);

}  // namespace feedloop
