// Numbers as a person reads them: minus signs, thousands, units. NaN is printed as an en dash, never as a number.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "experiment/report.hpp"
#include "gui/paint.hpp"

namespace feedloop {

std::string count_text(std::int64_t n);                                         // "1,248,310"
std::string rate_text(double per_second);                                       // "84.2k", "930"
std::string value_text(const MetricInfo& metric, double value);                 // "5.12%", "41.8 min"
std::string interval_text(const MetricInfo& metric, const Interval& interval);  // "[5.01, 5.23]", in the metric's unit
std::string lift_text(double lift);                                             // 0.049 -> "+4.9%"
std::string lift_interval_text(const Interval& lift);                           // "[+0.6, +9.2]"
std::string p_text(double p);                                                   // "0.021", "< 0.001"
std::string p_is_text(double p);                                                // "p = 0.021", "p < 0.001"
std::string small_p_text(double p);                  // "3e-12": for checks where the exponent matters
std::string fixed_text(double value, int decimals);  // with a real minus sign and no negative zero
std::string latency_text(double microseconds);       // "930 µs", "2.41 ms"
std::string speed_text(double hours_per_second);     // "24 h/s"; 0 is "max"

std::string lower_case(std::string_view text);  // of ASCII letters; others stay

// How a verdict of the report looks: never by colour alone.
struct VerdictLook {
  paint::Glyph glyph;
  std::string_view symbol, word;  // "▲", "Better"
  Color color;
};
VerdictLook verdict_look(std::string_view verdict);
VerdictLook srm_look(std::string_view state);

// Round positions (1, 2, 5 times a power of ten) covering [low, high] from inside, at most `most`; zero is never negative.
struct Ticks {
  double step = 1;
  int decimals = 0;
  std::vector<double> at;
};
Ticks nice_ticks(double low, double high, int most, double smallest_step = 0);
std::string tick_text(const Ticks& ticks, double value);

}  // namespace feedloop
