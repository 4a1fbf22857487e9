#include "gui/format.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>

namespace feedloop {
namespace {

constexpr std::string_view kNothing = "–";

std::string with_sign(double value, int decimals) {
  const std::string text = fixed_text(value, decimals);
  return value > 0 && text.find_first_of("123456789") != std::string::npos ? "+" + text : text;
}

}  // namespace

std::string fixed_text(double value, int decimals) {
  if (std::isnan(value)) return std::string(kNothing);
  const std::string digits = fmt::format("{:.{}f}", std::abs(value), decimals);
  const bool zero = digits.find_first_of("123456789") == std::string::npos;
  return fmt::format("{}{}", value < 0 && !zero ? "−" : "", digits);
}

std::string count_text(std::int64_t n) {
  const std::string digits = fmt::format("{}", n < 0 ? -n : n);
  std::string grouped = n < 0 ? "−" : "";
  for (std::size_t i = 0; i < digits.size(); ++i) {
    if (i > 0 && (digits.size() - i) % 3 == 0) grouped += ',';
    grouped += digits[i];
  }
  return grouped;
}

std::string rate_text(double per_second) {
  if (std::isnan(per_second)) return std::string(kNothing);
  if (per_second >= 999'950) return fmt::format("{:.1f}M", per_second / 1e6);
  if (per_second >= 999.5) return fmt::format("{:.1f}k", per_second / 1e3);
  return fmt::format("{:.0f}", per_second);
}

std::string value_text(const MetricInfo& metric, double value) {
  if (std::isnan(value)) return std::string(kNothing);
  const std::string number = fixed_text(value * metric.scale, metric.decimals);
  if (metric.unit.empty()) return number;
  return metric.unit == "%" ? number + "%" : number + " " + metric.unit;
}

std::string interval_text(const MetricInfo& metric, const Interval& interval) {
  if (std::isnan(interval.low) || std::isnan(interval.high)) return {};
  return fmt::format("[{}, {}]", fixed_text(interval.low * metric.scale, metric.decimals),
                     fixed_text(interval.high * metric.scale, metric.decimals));
}

std::string lift_text(double lift) { return std::isnan(lift) ? std::string(kNothing) : with_sign(lift * 100, 1) + "%"; }

std::string lift_interval_text(const Interval& lift) {
  if (std::isnan(lift.low) || std::isnan(lift.high)) return {};
  return fmt::format("[{}, {}]", with_sign(lift.low * 100, 1), with_sign(lift.high * 100, 1));
}

std::string p_text(double p) {
  if (std::isnan(p)) return std::string(kNothing);
  return p < 0.001 ? "< 0.001" : fmt::format("{:.3f}", p);
}

std::string p_is_text(double p) { return p < 0.001 ? "p < 0.001" : "p = " + p_text(p); }

std::string small_p_text(double p) {
  if (std::isnan(p)) return std::string(kNothing);
  if (p <= 0) return "< 1e-300";
  return p < 0.001 ? fmt::format("{:.0e}", p) : fmt::format("{:.3f}", p);
}

std::string latency_text(double microseconds) {
  if (std::isnan(microseconds)) return std::string(kNothing);
  if (microseconds < 999.5) return fmt::format("{} µs", fixed_text(microseconds, microseconds < 9.95 ? 1 : 0));
  return fmt::format("{} ms", fixed_text(microseconds / 1000, microseconds < 9950 ? 2 : 1));
}

std::string speed_text(double hours_per_second) {
  if (hours_per_second <= 0) return "max";
  return fmt::format("{:.{}f} h/s", hours_per_second, hours_per_second < 9.95 ? 1 : 0);
}

std::string lower_case(std::string_view text) {
  std::string out(text);
  for (char& c : out)
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  return out;
}

VerdictLook verdict_look(std::string_view verdict) {
  using paint::Glyph;
  if (verdict == "better") return {Glyph::Better, "▲", "Better", colors::kBetter};
  if (verdict == "worse") return {Glyph::Worse, "▼", "Worse", colors::kWorse};
  if (verdict == "changed") return {Glyph::Changed, "◆", "Changed", colors::kText};
  if (verdict == "no clear difference") return {Glyph::Same, "●", "No clear difference", colors::kSecondary};
  if (verdict == "do not trust") return {Glyph::Alert, "⚠", "Do not trust", colors::kAlert};
  return {Glyph::NoData, "◌", "Not enough data", colors::kSecondary};
}

VerdictLook srm_look(std::string_view state) {
  using paint::Glyph;
  if (state == "healthy") return {Glyph::Healthy, "✓", "Assignment is as planned", colors::kBetter};
  if (state == "unhealthy") return {Glyph::Alert, "⚠", "Sample ratio mismatch", colors::kAlert};
  return {Glyph::NoData, "◌", "Not enough traffic yet", colors::kSecondary};
}

Ticks nice_ticks(double low, double high, int most, double smallest_step) {
  Ticks ticks;
  if (!(high > low) || most < 1) return ticks;
  const double raw = std::max((high - low) / most, smallest_step);
  const double power = std::pow(10.0, std::floor(std::log10(raw)));
  ticks.step = 10 * power;
  for (const double factor : std::array{5.0, 2.0, 1.0}) {
    if (factor * power >= raw * (1 - 1e-9)) ticks.step = factor * power;
  }
  ticks.decimals = std::max(0, static_cast<int>(-std::floor(std::log10(ticks.step) + 1e-9)));
  const double first = std::ceil(low / ticks.step - 1e-9);
  for (double k = first; k * ticks.step <= high + ticks.step * 1e-9; ++k) {
    const double v = k * ticks.step;
    ticks.at.push_back(std::abs(v) < ticks.step * 1e-6 ? 0.0 : v);
  }
  return ticks;
}

std::string tick_text(const Ticks& ticks, double value) { return fixed_text(value, ticks.decimals); }

}  // namespace feedloop
