#include "experiment/analysis/sample_ratio.hpp"

#include <functional>
#include <map>
#include <optional>

#include <fmt/format.h>

#include "experiment/analysis/past.hpp"
#include "stats/srm.hpp"

namespace feedloop {
namespace {

SrmReport test(std::string scope, std::span<const std::int64_t> counts, std::span<const double> shares, double alarm_p) {
  const SrmResult r = sample_ratio_test(counts, shares, alarm_p);
  return {std::move(scope), r.chi2, static_cast<double>(r.df), r.p, std::string(to_string(r.state))};
}

}  // namespace

void analyse_sample_ratio(const AnalysisInput& in, ExperimentReport& out) {
  const Experiment& experiment = in.study.scenario.experiments[in.experiment];
  std::vector<double> shares;
  for (const Variant& v : experiment.variants) shares.push_back(v.share);
  out.srm.push_back(test("all", in.assigned, shares, kSrmAlarmP));
  if (experiment.design.triggered) out.srm.push_back(test("triggered", in.entered, shares, kSrmAlarmP));
  if (in.offers() < Reads::Users) return;

  const auto by = [&](const std::function<int(std::size_t)>& part_of, const std::function<std::string(int)>& name) {
    std::map<int, std::vector<std::int64_t>> parts;
    for (std::size_t u = 0; u < in.units.units(); ++u) {
      if (!in.units.entered(u)) continue;
      auto& counts = parts.try_emplace(part_of(u), shares.size(), 0).first->second;
      ++counts[in.study.assignment.variant_in(in.units.cell(u), in.experiment)];
    }
    for (const auto& [part, counts] : parts)
      out.srm.push_back(test(name(part), counts, shares, kSrmAlarmP / static_cast<double>(parts.size())));
  };
  by([&](std::size_t u) { return static_cast<int>((in.units.entry(u) - in.study.t0).days()); },
     [](int day) { return fmt::format("entered on day {}", day); });
  if (in.units.before()) {
    const Past past(*in.units.before(), in.study.t0);
    by([&](std::size_t u) { return static_cast<int>(past.tier(u)); },
       [](int tier) { return fmt::format("{} users", kActivityTiers[static_cast<std::size_t>(tier)]); });
  }
  const auto& users = in.study.world.population().users;
  by([&](std::size_t u) { return users[u].device; }, [](int device) { return fmt::format("device {}", device); });
}

}  // namespace feedloop
