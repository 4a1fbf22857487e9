#include "experiment/analysis/exposure.hpp"

#include <cmath>

#include "experiment/metrics/calibration.hpp"
#include "experiment/metrics/group.hpp"
#include "stats/diversity.hpp"
#include "stats/rarefaction.hpp"
#include "stats/tails.hpp"

namespace feedloop {
namespace {

constexpr int kLorenzPoints = 100;  // what a picture can show

template <class T>
void add_to(std::vector<T>& sum, std::span<const T> part) {
  for (std::size_t i = 0; i < sum.size(); ++i) sum[i] += part[i];
}

PanelView panel_view(const UnitTable& units, const std::vector<std::uint32_t>& members, std::span<const std::size_t> places) {
  PanelView view;
  for (std::size_t k = 0; k < members.size(); ++k) {
    const auto items = units.panel().items(places[k]);
    const auto mix = units.shown(members[k]);
    view.items.emplace_back(items.begin(), items.end());
    view.mix.emplace_back(mix.begin(), mix.end());
    std::vector<std::uint32_t> creators;
    for (const std::int64_t item : items)
      creators.push_back(units.platform().items[static_cast<std::size_t>(item)].creator.value);
    std::sort(creators.begin(), creators.end());
    view.creators.push_back(static_cast<double>(std::unique(creators.begin(), creators.end()) - creators.begin()));
  }
  return view;
}

}  // namespace

std::vector<MetricInfo> exposure_infos() {
  std::vector<MetricInfo> infos;
  for (const GroupMetric& m : group_metrics()) infos.push_back(info_of(m));
  for (MetricInfo& m : panel_infos()) infos.push_back(std::move(m));
  for (MetricInfo& m : prediction_infos()) infos.push_back(std::move(m));
  return infos;
}

GroupValues group_values(const Study& study, const UnitTable& units, std::size_t experiment, std::size_t variant, SimTime now,
                         GroupDetail detail, std::int64_t impressions) {
  const ExposureCounts& counts = units.exposure_counts();
  const std::size_t eligible = study.world.catalog(now).size();
  const auto mine = [&](std::size_t cell) { return study.assignment.variant_in(cell, experiment) == variant; };
  GroupValues out;
  GroupExposure all{units.platform(), std::vector<std::int64_t>(eligible), std::vector<std::int64_t>(eligible)};
  PredictionSums predictions;
  for (std::size_t c = 0; c < study.assignment.cells(); ++c) {
    if (!mine(c)) continue;
    out.impressions += units.impressions(c);
    add_to(all.shown, units.exposures(c).first(eligible));
    add_to(all.early, counts.early(c).first(eligible));
    for (std::size_t g = 0; g < all.clicks.size(); ++g) all.clicks[g] += counts.clicks(c)[g];
    predictions.merge(units.predictions(c));
  }
  GroupExposure equal = all;
  if (impressions < out.impressions)
    equal.shown = thinned(all.shown, static_cast<double>(impressions) / static_cast<double>(out.impressions),
                          stream(study.seed, Stream::ExposureBootstrap, entity_key(0, 1)));
  out.shown = all.shown;
  if (now < study.end) all.early.clear();  // the second half is not over
  for (const GroupMetric& m : group_metrics()) out.value.push_back(m.value(m.rarefied ? equal : all));

  std::vector<std::uint32_t> members;
  std::vector<std::size_t> places;
  for (std::size_t k = 0; detail != GroupDetail::Quick && k < units.panel().members().size(); ++k) {
    const std::uint32_t unit = units.panel().members()[k];
    if (!units.entered(unit) || !mine(units.cell(unit))) continue;
    members.push_back(unit);
    places.push_back(k);
  }
  const PanelPairs pairs(panel_view(units, members, places));
  const auto add_panel = [](const PanelMetrics& m, auto&& add) { add(0, m.distance), add(1, m.overlap), add(2, m.creators); };
  add_panel(pairs.values(std::vector<double>(members.size(), 1.0)), [&](std::size_t, double x) { out.value.push_back(x); });
  out.value.push_back(predictions.normalised_entropy());
  out.value.push_back(predictions.calibration_error());

  out.replicates.resize(out.value.size());
  const auto n = static_cast<std::size_t>(detail == GroupDetail::Errors ? counts.replicates() : 0);
  std::vector<std::vector<double>> weights(n, std::vector<double>(members.size()));
  std::vector<std::uint32_t> of_unit(n);
  for (std::size_t k = 0; k < members.size(); ++k) {
    counts.weigh(members[k], of_unit);
    for (std::size_t r = 0; r < n; ++r) weights[r][k] = of_unit[r];
  }
  const std::size_t first_of_panel = group_metrics().size();
  for (std::size_t r = 0; r < n; ++r) {
    GroupExposure drawn{units.platform(), std::vector<std::int64_t>(eligible), {}};
    for (std::size_t c = 0; c < study.assignment.cells(); ++c)
      if (mine(c)) counts.add_replicate(c, static_cast<int>(r), drawn.shown, drawn.clicks);
    for (std::size_t m = 0; m < first_of_panel; ++m) out.replicates[m].push_back(group_metrics()[m].value(drawn));
    add_panel(pairs.values(weights[r]), [&](std::size_t k, double x) { out.replicates[first_of_panel + k].push_back(x); });
  }
  return out;
}

double exposure_gini(const Study& study, const UnitTable& units, std::size_t experiment, std::size_t variant, SimTime now) {
  const std::size_t eligible = study.world.catalog(now).size();
  std::vector<std::int64_t> shown(eligible);
  for (std::size_t c = 0; c < study.assignment.cells(); ++c)
    if (study.assignment.variant_in(c, experiment) == variant) add_to(shown, units.exposures(c).first(eligible));
  return gini(shown);
}

double spread(std::span<const double> replicates) {
  RatioMoments m;
  for (const double x : replicates)
    if (!std::isnan(x)) m.add(x);
  return m.n >= 2 ? std::sqrt(m.variance_num()) : kNoValue;
}

void analyse_exposure(const AnalysisInput& in, ExperimentReport& out) {
  const auto infos = exposure_infos();
  const bool over = in.now == in.study.end;
  std::vector<GroupValues> values;
  for (std::size_t v = 0; v < out.variants.size(); ++v) {
    values.push_back(
        group_values(in.study, in.units, in.experiment, v, in.now, over ? GroupDetail::Errors : GroupDetail::Quick));
    for (std::size_t k = 0; k < infos.size(); ++k)
      out.variants[v].metrics.push_back(
          {infos[k].name, values[v].value[k], spread(values[v].replicates[k]), out.variants[v].units});
    out.lorenz.push_back({out.variants[v].name, {}, {}});
    for (const LorenzPoint& p : lorenz_curve(values[v].shown, kLorenzPoints)) {
      out.lorenz.back().items.push_back(p.items);
      out.lorenz.back().impressions.push_back(p.share);
    }
  }
  for (std::size_t v = 1; over && v < out.variants.size(); ++v) {
    const std::int64_t n = std::min(values[0].impressions, values[v].impressions);
    const GroupValues control = group_values(in.study, in.units, in.experiment, 0, in.now, GroupDetail::Values, n);
    const GroupValues treatment = group_values(in.study, in.units, in.experiment, v, in.now, GroupDetail::Values, n);
    for (std::size_t k = 0; k < infos.size(); ++k) {
      EffectReport e;
      e.variant = out.variants[v].name;
      e.metric = infos[k].name;
      e.effect = treatment.value[k] - control.value[k];
      e.se = std::hypot(spread(values[0].replicates[k]), spread(values[v].replicates[k]));
      const double half = normal_isf(in.study.analysis.alpha / 2) * e.se;
      e.ci = {e.effect - half, e.effect + half};
      out.group_effects.push_back(std::move(e));
    }
  }
}

}  // namespace feedloop
