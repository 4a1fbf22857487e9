// What a report says beside its main table, the same in every sink: adjusted effects, tiers, belief, quantiles, who stays, and
// the experiment's health. Empty tables and sentences where the report has nothing of the kind. An effect that must not be
// trusted shows no number here either.
#pragma once

#include <string>
#include <vector>

#include "experiment/report.hpp"
#include "report/tables.hpp"

namespace feedloop {

Table adjusted_table(const Report& r, const ExperimentReport& e);  // CUPED, a row a treatment and metric
Table tiers_table(const Report& r, const ExperimentReport& e);     // a heading for each metric, then a row a tier and treatment
Table belief_table(const Report& r, const ExperimentReport& e);    // chance to win, expected losses
Table quantiles_table(const Report& r, const ExperimentReport& e);  // a row a metric, level and treatment
Table staying_table(const ExperimentReport& e);                     // share active on chosen days, a row a variant
// "Lapsed for 7 days: …, log-rank p = …".
std::string lapse_text(const ExperimentReport& e);
// What the first days say of who comes back, what was seen later, and the truth where it is known.
std::string surrogate_text(const ExperimentReport& e);

// Sentences on whether the experiment can be read: sample ratios by scope, looks, power, novelty.
std::vector<Cell> health_texts(const Report& r, const ExperimentReport& e);

}  // namespace feedloop
