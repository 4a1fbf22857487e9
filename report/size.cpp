#include "report/size.hpp"

#include <cmath>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "report/json_real.hpp"
#include "report/page.hpp"
#include "report/svg.hpp"
#include "report/words.hpp"

namespace feedloop {
namespace {

std::string value(const SizingPage& p, double x, bool with_sign = false) {
  if (std::isnan(x)) return std::string(kMissing);
  return p.percent ? fmt::format(with_sign ? fmt::runtime("{:+.4g} points") : fmt::runtime("{:.4g} %"), 100 * x)
                   : fmt::format(with_sign ? fmt::runtime("{:+.4g}") : fmt::runtime("{:.4g}"), x);
}

std::string relative(double lift) { return std::isfinite(lift) ? fmt::format(" ({:+.3g} % of control)", 100 * lift) : ""; }

std::string test_text(const SizingRequest& q) {
  std::string s = q.test.alternative == Alternative::TwoSided ? "two-sided" : "one-sided";
  s += fmt::format(" test at {:g} %", 100 * q.test.alpha);
  if (q.test.comparisons > 1) s += fmt::format(", shared by {} treatments", q.test.comparisons);
  if (q.test.null_relative != 0)
    s += fmt::format(", against a margin of {:g} % of control", 100 * std::abs(q.test.null_relative));
  if (q.always_valid)
    s += fmt::format(", always-valid, with power at {} looks", q.looks);
  else if (q.looks > 1)
    s += fmt::format(", {} looks with {} boundaries", q.looks, to_string(q.spending));
  return s;
}

}  // namespace

std::string size_text(const SizingPage& p, TextStyle style) {
  const SizingRequest& q = p.request;
  const SizingAnswer& a = p.answer;
  Page page(style);
  page.line("Feedloop size: " + clean(p.metric), Ink::Bold);
  page.prose(fmt::format("Control's value {}, standard deviation of a unit {:.4g}; {}, power {:g} %.",
                         value(p, q.metric.control), std::sqrt(q.metric.variance), test_text(q), 100 * q.power));
  if (q.test.rho != 0)
    page.prose(fmt::format("A covariate of correlation {:.3f} leaves {:.1f} % of the variance (CUPED).", q.test.rho,
                           100 * variance_left(q.test.rho)));
  if (q.test.cluster_size > 1)
    page.prose(fmt::format("Clusters of {:.4g} units with an intra-cluster correlation of {:.4g}: design effect {:.3f}.",
                           q.test.cluster_size, q.test.icc, design_effect(q.test.cluster_size, q.test.icc)));
  page.blank();
  if (q.effect) {
    const std::string effect = value(p, *q.effect, true) + relative(*q.effect / std::abs(q.metric.control));
    if (a.size.status == PlanStatus::Ok) {
      const std::string aim = q.test.null_relative == 0 ? "find " + effect
                              : *q.effect == 0          ? "show, where nothing changes, that it is within the margin"
                                               : "show, where the effect is " + effect + ", that it is within the margin";
      page.prose(
          fmt::format("To {}: {} in control and {} in {}, {} in all.", aim, plural(a.size.control, "unit"),
                      number(a.size.treatment), q.test.comparisons > 1 ? "each treatment" : "treatment", number(a.size.total)),
          0, 0, Ink::Bold);
      if (q.test.cluster_size > 1)
        page.prose(fmt::format("That is {} clusters in control and {} in {}.", number(a.size.control_clusters),
                               number(a.size.treatment_clusters), q.test.comparisons > 1 ? "each treatment" : "treatment"));
      if (q.test.comparisons == 1 && a.boundaries.empty() && q.test.null_relative == 0)
        page.prose(fmt::format("In the head, 16 variance / effect²: {} a group.", number(a.rule_of_sixteen, 0)));
    }
  }
  if (q.units) {
    page.prose(a.detectable.status == PlanStatus::Ok
                   ? fmt::format("{} in all find an effect of {}{}.", plural(*q.units, "unit"),
                                 value(p, a.detectable.effect, true), relative(a.detectable.lift))
                   : fmt::format("{} in all find no effect: {}.", plural(*q.units, "unit"), to_string(a.detectable.status)),
               0, 0, Ink::Bold);
    if (q.effect && !std::isnan(a.power.power))
      page.prose(fmt::format("Their power for the effect asked for is {:.1f} %.", 100 * a.power.power));
  }
  if (a.days)
    page.prose(fmt::format("At {} new units a day that takes {}, {:.1f} weeks.", number(q.daily, 0), plural(*a.days, "day"),
                           static_cast<double>(*a.days) / 7));
  if (!a.boundaries.empty()) {
    std::vector<std::string> z;
    for (const double b : a.boundaries) z.push_back(std::isinf(b) ? "none" : number(b, 3));
    page.prose(
        fmt::format("Looking costs {:.1f} % more units; with the effect there the test stops, on average, after {:.0f} % of "
                    "them. Boundaries of |z|: {}.",
                    100 * (a.inflation - 1), 100 * a.expected_share, enumerate(z)));
  }
  if (!a.curve.empty()) {
    std::vector<Row> rows{{{{"Units in all"}, {"Power"}, {"Detectable effect"}, {"Of control"}}}};
    for (const SizingPoint& c : a.curve)
      rows.push_back(
          {{{number(c.units)},
            {std::isnan(c.power) ? std::string(kMissing) : fmt::format("{:.1f} %", 100 * c.power)},
            {value(p, c.detectable, true)},
            {std::isnan(c.detectable_lift) ? std::string(kMissing) : fmt::format("{:+.3g} %", 100 * c.detectable_lift)}}});
    page.blank();
    page.table({Align::Right, Align::Right, Align::Right, Align::Right}, std::move(rows));
  }
  return page.take();
}

std::string size_json(const SizingPage& p) {
  const SizingRequest& q = p.request;
  const SizingAnswer& a = p.answer;
  nlohmann::ordered_json j;
  j["metric"] = {{"control", real(q.metric.control)}, {"variance", real(q.metric.variance)}, {"rate", q.metric.rate}};
  j["test"] = {{"alpha", q.test.alpha},
               {"two_sided", q.test.alternative == Alternative::TwoSided},
               {"treatments", q.test.comparisons},
               {"ratio", q.test.ratio},
               {"margin", q.test.null_relative},
               {"cluster_size", q.test.cluster_size},
               {"icc", q.test.icc},
               {"rho", q.test.rho},
               {"power", q.power},
               {"looks", q.looks},
               {"always_valid", q.always_valid}};
  j["effect"] = q.effect ? real(*q.effect) : nullptr;
  j["units"] = q.units ? nlohmann::ordered_json(*q.units) : nullptr;
  j["size"] = q.effect ? nlohmann::ordered_json{{"status", std::string(to_string(a.size.status))},
                                                {"control", a.size.control},
                                                {"treatment", a.size.treatment},
                                                {"total", a.size.total}}
                       : nlohmann::ordered_json();
  j["detectable"] = q.units ? nlohmann::ordered_json{{"status", std::string(to_string(a.detectable.status))},
                                                     {"effect", real(a.detectable.effect)},
                                                     {"lift", real(a.detectable.lift)}}
                            : nlohmann::ordered_json();
  j["power"] = real(a.power.power);
  j["days"] = a.days ? nlohmann::ordered_json(*a.days) : nullptr;
  j["sequential"] = {{"inflation", a.inflation}, {"expected_share", a.expected_share}};
  j["sequential"]["boundaries"] = nlohmann::ordered_json::array();
  for (const double b : a.boundaries) j["sequential"]["boundaries"].push_back(real(b));
  j["curve"] = nlohmann::ordered_json::array();
  for (const SizingPoint& c : a.curve)
    j["curve"].push_back(
        {{"units", c.units}, {"power", real(c.power)}, {"detectable", real(c.detectable)}, {"lift", real(c.detectable_lift)}});
  return j.dump(2) + "\n";
}

std::string size_svg(const SizingPage& p) {
  if (!p.request.effect || p.answer.curve.empty()) return "";
  const Box box{60, 30, 420, 240};
  const auto most = static_cast<double>(p.answer.curve.back().units);
  const Scale x{0, most, box.left, box.right()}, y{0, 1, box.bottom(), box.top};
  std::vector<BandPoint> points{{0, p.request.test.alpha, kNaN, kNaN}};
  for (const SizingPoint& c : p.answer.curve)
    if (!std::isnan(c.power)) points.push_back({static_cast<double>(c.units), c.power, kNaN, kNaN});
  const auto units = ticks(x), powers = ticks(y);
  return fmt::format(
             "<svg xmlns='http://www.w3.org/2000/svg' width='520' height='330' viewBox='0 0 520 330' role='img' font-family="
             "'sans-serif' font-size='11'>\n<title>{0}</title>\n<style>.g{{stroke:#ddd;fill:none}}.m{{text-anchor:middle}}"
             ".e{{text-anchor:end}}</style>\n<rect width='520' height='330' fill='#fff'/>\n<text x='60' y='18' "
             "font-weight='bold'>{0}</text>\n",
             escaped(fmt::format("Power to find {}", value(p, *p.request.effect, true)))) +
         x_axis(box, x, units, [](double v) { return grouped(fmt::format("{:.0f}", v)); }) +
         y_axis(box, y, powers, [](double v) { return fmt::format("{:.0f} %", 100 * v); }) +
         banded_line(points, x, y, {"#0072b2", "none"}) +
         fmt::format("<text x='{:.0f}' y='{:.0f}' class='m'>units in all groups</text>\n</svg>\n", (box.left + box.right()) / 2,
                     box.bottom() + 40);
}

}  // namespace feedloop
