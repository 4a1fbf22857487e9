// Numbers, names and lists as a reader of a report meets them; missing values are a dash.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "experiment/report.hpp"

namespace feedloop {

constexpr std::string_view kNone = "–";

std::string number(std::int64_t n);                                    // "1,234"
std::string number(double x, int decimals, bool with_sign = false);    // "1,234.50", "+0.3"; what rounds to 0 has no sign
std::string interval(const Interval& ci, double scale, int decimals);  // "[-0.1, +0.2]"
std::string percent(double share, int decimals = 0);                   // "12 %"
std::string plural(std::int64_t n, std::string_view one);              // "1 user", "1,200 users"
std::string enumerate(const std::vector<std::string>& words);          // "a, b and c"

MetricInfo info_of(const std::vector<MetricInfo>& metrics, std::string_view name);  // a plain one when it is not among them
std::string title(const MetricInfo& m);                                             // or its name when it has none
std::string with_unit(const MetricInfo& m, std::string_view unit);                  // "CTR (%)"
std::string in_sentence(const MetricInfo& m);              // "watch time", but "CTR" and "D1 retention"
std::string_view unit_of_difference(const MetricInfo& m);  // two percentages differ by points

}  // namespace feedloop
