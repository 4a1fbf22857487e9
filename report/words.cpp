#include "report/words.hpp"

#include <algorithm>
#include <cmath>

#include <fmt/format.h>

#include "report/page.hpp"

namespace feedloop {

std::string number(std::int64_t n) { return grouped(fmt::format("{}", n)); }

std::string number(double x, int decimals, bool with_sign) {
  if (std::isnan(x)) return std::string(kNone);
  if (std::isinf(x)) return x > 0 ? (with_sign ? "+∞" : "∞") : "-∞";
  if (std::abs(x) >= 1e15) return with_sign ? fmt::format("{:+.3g}", x) : fmt::format("{:.3g}", x);
  std::string s = fmt::format("{:.{}f}", x, std::clamp(decimals, 0, 12));
  // What rounds to zero has no sign.
  if (s.find_first_of("123456789") == std::string::npos) return s[0] == '-' ? s.substr(1) : s;
  s = grouped(std::move(s));
  return with_sign && x > 0 ? "+" + s : s;
}

std::string interval(const Interval& ci, double scale, int decimals) {
  if (std::isnan(ci.low) && std::isnan(ci.high)) return std::string(kNone);
  return fmt::format("[{}, {}]", number(ci.low * scale, decimals, true), number(ci.high * scale, decimals, true));
}

std::string percent(double share, int decimals) { return number(share * 100, decimals) + " %"; }

MetricInfo info_of(const std::vector<MetricInfo>& metrics, std::string_view name) {
  for (const MetricInfo& m : metrics)
    if (m.name == name) return m;
  MetricInfo m;
  m.name = m.title = name;
  m.decimals = 4;
  return m;
}

std::string title(const MetricInfo& m) { return clean(m.title.empty() ? m.name : m.title); }

std::string with_unit(const MetricInfo& m, std::string_view unit) {
  return unit.empty() ? title(m) : fmt::format("{} ({})", title(m), clean(unit));
}

// "Watch time" inside a sentence is "watch time", but "CTR" and "D1 retention" stay.
std::string in_sentence(const MetricInfo& m) {
  std::string s = title(m);
  const auto upper = [](char c) { return c >= 'A' && c <= 'Z'; };
  const auto lower = [](char c) { return c >= 'a' && c <= 'z'; };
  if (s.size() > 1 && upper(s[0]) && lower(s[1])) s[0] = static_cast<char>(s[0] - 'A' + 'a');
  return s;
}

std::string enumerate(const std::vector<std::string>& words) {
  std::string s;
  for (std::size_t i = 0; i < words.size(); ++i) s += (i == 0 ? "" : i + 1 == words.size() ? " and " : ", ") + words[i];
  return s;
}

std::string plural(std::int64_t n, std::string_view one) { return fmt::format("{} {}{}", number(n), one, n == 1 ? "" : "s"); }

std::string_view unit_of_difference(const MetricInfo& m) { return m.unit == "%" ? "points" : std::string_view(m.unit); }

}  // namespace feedloop
