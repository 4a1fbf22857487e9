#include "experiment/replication/false_positives.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <optional>

#include <fmt/format.h>

#include "base/error.hpp"
#include "base/hash.hpp"
#include "experiment/analysis/roles.hpp"
#include "experiment/analysis/stopping.hpp"
#include "experiment/evaluation/evaluation.hpp"
#include "experiment/replication/sweep.hpp"
#include "experiment/run.hpp"
#include "experiment/sequential_rule.hpp"
#include "experiment/simulation.hpp"
#include "experiment/study.hpp"
#include "experiment/unit_table.hpp"

namespace feedloop {
namespace {

// Metrics that pages alone tell; the others also read what the platform knew at t0.
constexpr std::array<std::string_view, 19> kOfPages{"ctr",
                                                    "watch_per_user_day",
                                                    "d1_retention",
                                                    "d7_retention",
                                                    "sessions_per_user_day",
                                                    "clicks_per_user_day",
                                                    "completion_rate",
                                                    "skip_rate",
                                                    "like_rate",
                                                    "user_ctr",
                                                    "watch_per_active_day",
                                                    "watch_per_click",
                                                    "active_days",
                                                    "bounce_rate",
                                                    "save_rate",
                                                    "share_rate",
                                                    "dismiss_rate",
                                                    "survey_rating",
                                                    "d7_rolling"};
constexpr std::int64_t kDealsAtOnce = 8;  // as many stand side by side in the lanes of a register
constexpr std::int64_t kSmallUsers = 400;

Scenario without_treatments(Scenario s) {
  for (Experiment& e : s.experiments)
    for (Variant& v : e.variants) v.overrides.clear();
  return s;
}

// Every unit's sums at the end of every day.
class DailySums final : public WorldWatcher {
 public:
  DailySums(std::size_t experiment, std::vector<std::string> metrics) : experiment_(experiment) {
    for (const std::string& m : metrics) metrics_.push_back(metric_index(m));
  }
  void begin(const Study& study) override {
    study_ = &study;
    users_.emplace(study.world.population().users.size(), study.world.all_items().size(), study.assignment.cells());
    columns_.resize(metrics_.size());
    look_ = study.t0 + kDay;
  }
  void pages(const Simulation&, std::span<const Interaction> pages) override {
    while (!pages.empty() && pages.front().request.time >= look_) look();
    users_->add(pages);
  }
  void end(const Simulation&) override {
    while (look_ <= study_->end) look();
    study_ = nullptr;
  }
  std::size_t days() const { return days_; }
  std::vector<UnitSums> release() {
    std::vector<UnitSums> out;
    for (auto& of_metric : columns_)
      for (UnitSums& c : of_metric) out.push_back(std::move(c));
    return out;
  }

 private:
  void look() {
    for (std::size_t m = 0; m < metrics_.size(); ++m) {
      const std::size_t units = study_->units_of(experiment_);
      UnitSums sums{std::string(metric_registry()[metrics_[m]].name), std::vector<double>(units, kNaN),
                    std::vector<double>(units, kNaN)};
      for (std::size_t u = 0; u < users_->units(); ++u)
        if (const auto v = users_->value(u, metrics_[m], look_)) {
          const std::size_t unit = study_->unit_of(experiment_, u);
          sums.num[unit] = (std::isnan(sums.num[unit]) ? 0 : sums.num[unit]) + v->num;
          sums.den[unit] = (std::isnan(sums.den[unit]) ? 0 : sums.den[unit]) + v->den;
        }
      columns_[m].push_back(std::move(sums));
    }
    look_ = look_ + kDay;
    ++days_;
  }

  const Study* study_ = nullptr;
  std::size_t experiment_;
  std::vector<std::size_t> metrics_;
  std::optional<UnitTable> users_;
  std::vector<std::vector<UnitSums>> columns_;  // by metric, then day
  SimTime look_;
  std::size_t days_ = 0;
};

struct Tally {
  std::array<std::int64_t, kRacedRules.size()> stopped{}, tested{};
  FalsePositives so_far(std::string_view metric, std::int64_t done, std::int64_t asked) const {
    FalsePositives f{std::string(metric), done, asked, {}};
    for (std::size_t r = 0; r < kRacedRules.size(); ++r)
      f.rates.push_back({std::string(key_of(kRacedRules[r])), measured_share(stopped[r], tested[r])});
    return f;
  }
};

}  // namespace

NullExperiments::NullExperiments(const Scenario& scenario, std::size_t experiment, Observer* observer)
    : scenario_(without_treatments(scenario)), experiment_(experiment) {
  const Design& design = scenario_.experiments.at(experiment).design;
  if (design.kind == DesignKind::Interleaving)
    throw Error("an interleaved experiment has no groups of users whose difference could be tested every day");
  const auto analysis = scenario_.settings.read<AnalysisParams>("analysis");
  const std::vector<MetricRole> roles = metric_roles(analysis);
  for (std::size_t m = 0; m < roles.size(); ++m) {
    const std::string_view name = metric_registry()[m].name;
    if ((m == 0 || roles[m] != MetricRole::Diagnostic) && std::ranges::find(kOfPages, name) != kOfPages.end())
      metrics_.emplace_back(name);
  }
  deals_ = design.kind == DesignKind::Randomised;
  if (!deals_) {
    const auto users = std::min(kSmallUsers, std::get<std::int64_t>(scenario_.settings.at("world.population.users")));
    std::vector<std::string> sets = scenario_.sets;
    sets.push_back(fmt::format("world.population.users={}", users));
    method_ = fmt::format("A world of {} users for every A/A experiment, each with a seed of its own.", users);
    scenario_ = without_treatments(parse_scenario(scenario_.toml, scenario_.source, sets));
    return;
  }
  DailySums sums(experiment, metrics_);
  run(scenario_, {.watchers = {&sums}}, observer);
  days_ = sums.days();
  columns_ = sums.release();
  static constexpr std::array<std::string_view, 3> kUnits{"users", "households", "regions"};
  method_ = fmt::format(
      "One world of this scenario with everybody in control, whose {} are dealt out to the variants anew for "
      "every A/A experiment.",
      kUnits[static_cast<std::size_t>(design.unit)]);
}

FalsePositives NullExperiments::measure(std::string_view metric, std::size_t treatment, std::int64_t asked,
                                        const std::function<bool(const FalsePositives&)>& told, Observer* observer) const {
  return deals_ ? deal(metric, treatment, asked, told) : live(metric, treatment, asked, told, observer);
}

FalsePositives NullExperiments::deal(std::string_view metric, std::size_t treatment, std::int64_t asked,
                                     const std::function<bool(const FalsePositives&)>& told) const {
  const auto analysis = scenario_.settings.read<AnalysisParams>("analysis");
  const std::vector<Variant>& variants = scenario_.experiments[experiment_].variants;
  Rerandomisation request;
  request.alpha = analysis.alpha;
  double least = 1;
  for (const Variant& v : variants) {
    request.variants.push_back(v.name);
    request.shares.push_back(v.share);
    least = std::min(least, v.share);
  }
  const auto at = static_cast<std::size_t>(std::ranges::find(metrics_, metric) - metrics_.begin());
  // Days on which about every deal has enough units; the first of them fixes what effects are expected (experiment/looks.hpp).
  std::vector<UnitSums> looks;
  std::vector<double> days;
  double control = kNaN;
  for (std::size_t d = 0; d < days_; ++d) {
    const UnitSums& c = columns_[at * days_ + d];
    double n = 0, num = 0, den = 0;
    for (std::size_t u = 0; u < c.num.size(); ++u)
      if (!std::isnan(c.num[u])) n += 1, num += c.num[u], den += c.den[u];
    if (n * least < static_cast<double>(analysis.min_units) || !(den > 0) || num == 0) continue;
    if (looks.empty()) control = num / den;
    looks.push_back(c);
    days.push_back(static_cast<double>(d + 1));
  }
  Tally tally;
  std::int64_t done = 0;
  for (std::uint64_t batch = 0; done < asked; ++batch) {
    request.assignments = std::min(kDealsAtOnce, asked - done);
    request.seed = {Hasher().add(scenario_.seed()).add(std::string_view("deals")).add(batch).value() & kMaxSeed};
    if (!looks.empty()) {
      const std::vector<RerandomisedEstimate> estimates = rerandomised_estimates(request, looks);
      const std::size_t treatments = variants.size() - 1;
      for (std::size_t a = 0; a < static_cast<std::size_t>(request.assignments); ++a) {
        std::vector<EffectLook> path;
        for (std::size_t k = 0; k < looks.size(); ++k) {
          const RerandomisedEstimate& e = estimates[(a * treatments + treatment - 1) * looks.size() + k];
          path.push_back({days[k], e.effect, e.se});
        }
        const FirstLook first{control, path[0].se, days[0], static_cast<double>(days_)};
        const double tau =
            first.se > 0 ? mixture_tau(analysis.sequential_rule(), first, analysis.tau_lift, analysis.alpha) : kNaN;
        for (std::size_t r = 0; r < kRacedRules.size(); ++r)
          if (const auto stop = stop_of(kRacedRules[r], path, analysis.alpha, tau)) {
            ++tally.tested[r];
            tally.stopped[r] += stop->rejected;
          }
      }
    }
    done += request.assignments;
    if (!told(tally.so_far(metric, done, asked))) break;
  }
  return tally.so_far(metric, done, asked);
}

FalsePositives NullExperiments::live(std::string_view metric, std::size_t treatment, std::int64_t asked,
                                     const std::function<bool(const FalsePositives&)>& told, Observer* observer) const {
  const std::string& variant = scenario_.experiments[experiment_].variants[treatment].name;
  Tally tally;
  std::int64_t done = 0;
  while (done < asked) {
    const Report report = run(nth_world(scenario_, static_cast<int>(done)), {}, observer);
    for (const StoppingReport& s : report.experiments[experiment_].stopping) {
      if (s.variant != variant || s.metric != metric || s.state == "not enough data") continue;
      for (std::size_t r = 0; r < kRacedRules.size(); ++r)
        if (s.rule == key_of(kRacedRules[r])) {
          ++tally.tested[r];
          tally.stopped[r] += s.state == "stopped";
        }
    }
    ++done;
    if (!told(tally.so_far(metric, done, asked))) break;
  }
  return tally.so_far(metric, done, asked);
}

}  // namespace feedloop
