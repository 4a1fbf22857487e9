#include "data/past_units.hpp"

#include <algorithm>
#include <cmath>
#include <map>
#include <optional>
#include <vector>

#include <fmt/format.h>

#include "base/csv.hpp"
#include "stats/intraclass.hpp"
#include "stats/moments.hpp"

namespace feedloop {
namespace {

constexpr double kMostCorrelated = 0.9999;  // beyond, the pre-period is the metric itself, and no unit would be needed

struct UnitRow {
  double num = 0, den = 1, pre_num = 0, pre_den = 1;
  std::size_t cluster = 0;
};

std::vector<UnitRow> read_rows(const UnitColumns& columns, std::size_t& clusters) {
  CsvReader csv(columns.file);
  const auto find = [&](const std::string& name) {
    return name.empty() ? std::optional<std::size_t>() : std::optional(csv.column(name));
  };
  const std::size_t num = csv.column(columns.num);
  const auto den = find(columns.den), pre_num = find(columns.pre_num), pre_den = find(columns.pre_den),
             cluster = find(columns.cluster);
  const auto denominator = [&](std::size_t column) {
    const double x = csv.number(column);
    if (x < 0) throw Error(fmt::format("a denominator of {} is below 0", csv.field(column)), csv.place(column));
    return x;
  };
  std::map<std::string, std::size_t, std::less<>> ids;
  std::vector<UnitRow> rows;
  while (csv.next()) {
    UnitRow r;
    r.num = csv.number(num);
    if (den) r.den = denominator(*den);
    if (pre_num) r.pre_num = csv.number(*pre_num);
    if (pre_den) r.pre_den = denominator(*pre_den);
    if (cluster) r.cluster = ids.try_emplace(std::string(csv.field(*cluster)), ids.size()).first->second;
    rows.push_back(r);
  }
  clusters = ids.size();
  return rows;
}

}  // namespace

PastUnits read_past_units(const UnitColumns& columns) {
  PastUnits out;
  std::size_t clusters = 0;
  const std::vector<UnitRow> rows = read_rows(columns, clusters);
  const Place whole{columns.file.string()};
  out.units = static_cast<std::int64_t>(rows.size());
  if (rows.size() < 2) throw Error(fmt::format("{} units are not enough; allowed is 2 or more", rows.size()), whole);
  RatioMoments now, before;
  for (const UnitRow& r : rows) {
    now.add(r.num, r.den);
    before.add(r.pre_num, r.pre_den);
  }
  const Estimate estimate = ratio_estimate(now);
  if (estimate.status != TestStatus::Ok)
    throw Error(fmt::format("`{}` has no variation to plan by ({})", columns.num, to_string(estimate.status)), whole);
  out.metric = planned_metric(estimate);
  std::vector<double> x;
  for (const UnitRow& r : rows) x.push_back(r.num - estimate.value * r.den);
  if (!columns.pre_num.empty()) {
    const Estimate pre = ratio_estimate(before);
    if (pre.status != TestStatus::Ok)
      throw Error(fmt::format("`{}` has no variation to adjust by ({})", columns.pre_num, to_string(pre.status)), whole);
    RatioMoments both;
    for (std::size_t i = 0; i < rows.size(); ++i) both.add(x[i], rows[i].pre_num - pre.value * rows[i].pre_den);
    out.rho = both.c / (std::sqrt(both.m2_num) * std::sqrt(both.m2_den));
    if (!(std::abs(out.rho) <= kMostCorrelated))
      throw Error(fmt::format("`{}` says all there is to say of `{}` (correlation {:.6g}); allowed is at most {}",
                              columns.pre_num, columns.num, out.rho, kMostCorrelated),
                  whole);
  }
  if (!columns.cluster.empty()) {
    if (clusters < 2 || clusters == rows.size())
      throw Error(fmt::format("{} clusters of {} units have no correlation to measure", clusters, rows.size()), whole);
    out.clusters = static_cast<std::int64_t>(clusters);
    out.cluster_size = static_cast<double>(rows.size()) / static_cast<double>(clusters);
    std::vector<RatioMoments> of(clusters);
    for (std::size_t i = 0; i < rows.size(); ++i) of[rows[i].cluster].add(x[i]);
    out.icc = std::clamp(intraclass(of).anova, 0.0, 1.0);
  }
  return out;
}

}  // namespace feedloop
