#include "experiment/expectation.hpp"

#include <algorithm>
#include <cmath>

namespace feedloop {
namespace {

constexpr double kPilotUserDays = 6'000;
constexpr std::int64_t kFewestPilotUsers = 150, kMostPilotUsers = 500;

const MetricValue* ctr_of(const VariantReport& variant) {
  const auto found = std::ranges::find(variant.metrics, "ctr", &MetricValue::name);
  return found == variant.metrics.end() ? nullptr : &*found;
}

// Up to two digits, so that it reads as a plan and not as a measurement.
std::int64_t rounded_up(double x) {
  if (!(x >= 1)) return 1;
  const double unit = std::pow(10, std::max(0.0, std::floor(std::log10(x)) - 1));
  return static_cast<std::int64_t>(std::ceil(x / unit - 1e-9) * unit);
}

}  // namespace

RunExperience experience_of(const Report& report) {
  RunExperience out;
  out.users = static_cast<double>(report.users);
  out.user_days = out.users * (report.warmup_days + report.days);
  out.wall_s = report.run.wall_s;
  if (report.days > 0) {
    const double all_days = static_cast<double>(report.warmup_days + report.days) / report.days;
    out.requests = static_cast<double>(report.requests) * all_days;
    out.impressions = static_cast<double>(report.impressions) * all_days;
  }
  if (report.experiments.empty() || report.experiments[0].variants.empty()) return out;
  double units = 0;
  for (const VariantReport& v : report.experiments[0].variants) units += static_cast<double>(v.units);
  if (out.users > 0) out.units_per_user = units / out.users;
  const MetricValue* ctr = ctr_of(report.experiments[0].variants[0]);
  if (ctr == nullptr || !std::isfinite(ctr->se) || ctr->n < 2) return out;
  out.ctr.control = ctr->value;
  out.ctr.variance = static_cast<double>(ctr->n) * ctr->se * ctr->se;
  return out;
}

Scenario pilot_of(const Scenario& scenario) {
  Scenario pilot = scenario;
  const auto params = scenario.settings.read<ScenarioParams>("");
  const std::int64_t users = std::get<std::int64_t>(scenario.settings.at("world.population.users"));
  const double fit = kPilotUserDays / static_cast<double>(std::max<std::int64_t>(params.warmup_days + params.days, 1));
  const std::int64_t few = std::clamp(static_cast<std::int64_t>(fit), kFewestPilotUsers, kMostPilotUsers);
  pilot.settings.set("world.population.users", std::min(users, few), {});
  pilot.settings.set("analysis.exposure_replicates", std::int64_t{0}, {});
  pilot.settings.set("analysis.panel_users", std::int64_t{0}, {});
  return pilot;
}

Expectation expect(const Scenario& scenario, const RunExperience& from) {
  Expectation out;
  const auto params = scenario.settings.read<ScenarioParams>("");
  const auto analysis = scenario.settings.read<AnalysisParams>("analysis");
  out.warmup_days = static_cast<int>(params.warmup_days);
  out.days = static_cast<int>(params.days);
  out.users = std::get<std::int64_t>(scenario.settings.at("world.population.users"));
  out.lift = analysis.tau_lift;
  const std::vector<Variant>& variants = scenario.experiments[0].variants;
  out.null = std::ranges::all_of(variants, [](const Variant& v) { return v.overrides.empty(); });
  const double user_days = static_cast<double>(out.users) * (out.warmup_days + out.days);
  if (from.user_days > 0) {
    out.seconds = from.wall_s * user_days / from.user_days;
    out.requests = from.requests * user_days / from.user_days;
    out.impressions = from.impressions * user_days / from.user_days;
  }
  double treated = 1;
  for (std::size_t v = 1; v < variants.size(); ++v) treated = std::min(treated, variants[v].share);
  const double control = variants[0].share;
  if (!(control > 0 && treated > 0) || !(from.units_per_user > 0) || !scenario.experiments[0].design.of_users()) return out;
  const double allocated = scenario.experiments[0].design.share_at(out.days) * (1 - params.holdout);
  out.units = static_cast<double>(out.users) * from.units_per_user * control * allocated;
  const PlannedTest test{
      .alpha = analysis.alpha, .comparisons = static_cast<int>(variants.size()) - 1, .ratio = treated / control};
  const DetectableEffect smallest = detectable_effect(from.ctr, test, out.units, out.power_wanted);
  if (smallest.status == PlanStatus::Ok) out.smallest = smallest.lift;
  const Power power = power_of(from.ctr, test, out.lift * from.ctr.control, out.units);
  if (power.status == PlanStatus::Ok) out.power = power.power;
  const PlannedSize size = size_for(from.ctr, test, out.lift * from.ctr.control, out.power_wanted);
  if (size.status == PlanStatus::Ok) {
    out.per_variant = rounded_up(static_cast<double>(size.control));
    out.users_needed = rounded_up(static_cast<double>(out.per_variant) / (control * allocated * from.units_per_user));
  }
  return out;
}

}  // namespace feedloop
