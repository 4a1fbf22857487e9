// The numbers, names and sentences of a report, the same in every sink. Pure functions: nothing is computed here but how a
// value reads. What has no value reads "–" or "not enough data".
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "experiment/report.hpp"
#include "report/page.hpp"

namespace feedloop {

inline constexpr std::string_view kMissing = "–";

// "1,234"; "-0.07"; with_sign: "+0.07", and what rounds to zero has no sign.
std::string number(std::int64_t n);
std::string number(double x, int decimals, bool with_sign = false);
std::string interval(const Interval& ci, double scale, int decimals);  // "[+0.3, +8.7]"
std::string percent(double share, int decimals = 0);                   // 0.5 -> "50 %"
std::string p_value(double p);                                         // "0.0322", "< 0.0001", "4e-13"
std::string lift(const EffectReport& e);                               // "+12.3 %"
std::string lift_interval(const EffectReport& e);                      // in per cent
std::string confidence(const Report& r);                               // "95 % interval"
std::string value_text(const VariantReport& v, const MetricInfo& m);   // in the metric's unit, without naming it

std::string plural(std::int64_t n, std::string_view one);      // "1 day", "2 days"
std::string enumerate(const std::vector<std::string>& words);  // "a, b and c"
std::string title(const MetricInfo& m);
std::string in_sentence(const MetricInfo& m);                       // "watch time", but "CTR" and "D1 retention"
std::string with_unit(const MetricInfo& m, std::string_view unit);  // "CTR (%)"
// What a difference of two values is in: of two percentages, percentage points.
std::string_view unit_of_difference(const MetricInfo& m);
int decimals_of_difference(const MetricInfo& m);  // effects are an order below the values

Cell verdict(std::string_view v);  // a glyph with a word: colour never stands alone
// What a report calls a metric and how it prints it; one that the report does not describe is named by its key.
MetricInfo metric_info(const std::vector<MetricInfo>& metrics, std::string_view name);

// "10,000 users and 3,000 items at the start; …": the size of the run and what it served.
std::string setting_text(const Report& r);
// "Against control, treatment is better in …": what came out for one treatment. Without lifts where they must not be trusted.
std::string decision_text(const Report& r, const ExperimentReport& e, const VariantReport& treatment);
// "Decision: ship. Better in …": empty where the report has none for the treatment.
std::string rule_text(const ExperimentReport& e, const VariantReport& treatment);
// "Guardrails, at most 2 % worse: D1 retention holds (p < 0.0001), …": empty where there are none.
std::string guardrail_text(const Report& r, const ExperimentReport& e, const VariantReport& treatment);
std::string preference_text(const PreferenceReport& p);  // whose items users click on interleaved pages
std::string heading_text(const ExperimentReport& e);     // "Experiment main · user-randomised"
// "Sample ratio: healthy, χ² = …": doubt where the units did not split as planned.
Cell sample_ratio_text(const SrmReport& s);
std::string truth_text(const ExperimentReport& e);
std::string pairing_text(const PairedWorlds& p);  // empty without days  // how many intervals hold the true effect
std::string warning_text(const Warning& w);
std::string speed_text(const Report& r);
std::string learning_text(const Report& r);
std::string stages_text(const Report& r);  // empty when no stage was timed
std::string signature_text(const Report& r);

}  // namespace feedloop
