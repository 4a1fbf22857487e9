// Regret curves of `feedloop bandit` as text, comma-separated values and a picture. Pure functions of the report.
#pragma once

#include <string>

#include "experiment/bandit/bandit.hpp"
#include "report/text.hpp"

namespace feedloop {

// A table for every case: regret after the last round with its 95 % interval, the slope of its growth, its ratio to the first
// policy's, and what those get who know the truth.
std::string bandit_text(const BanditReport& report, TextStyle style = {});

// actions,delay,feedback_share,policy,round,regret,low,high: a line for every point of every curve, the best fixed action's
// last in each case; no interval is left empty.
std::string bandit_csv(const BanditReport& report);

// Cumulative regret over rounds, a panel for every case on the same scale, bands and bars for the intervals.
std::string bandit_svg(const BanditReport& report);

}  // namespace feedloop
