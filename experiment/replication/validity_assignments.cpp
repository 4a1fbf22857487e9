// One A/A world, its units assigned to variants thousands of times: the world does not depend on who is called what, so every
// assignment is an experiment of its own in which nothing was done.
#include <algorithm>
#include <cmath>
#include <functional>
#include <numeric>

#include <fmt/format.h>

#include "base/distributions.hpp"
#include "base/parallel.hpp"
#include "experiment/analysis/past.hpp"
#include "experiment/replication/null_treatment.hpp"
#include "experiment/replication/stopping.hpp"
#include "experiment/replication/validity.hpp"
#include "experiment/run.hpp"
#include "experiment/sequential_rule.hpp"
#include "experiment/simulation.hpp"
#include "experiment/study.hpp"
#include "experiment/unit_table.hpp"
#include "stats/group_sequential.hpp"
#include "stats/tails.hpp"

namespace feedloop {
namespace {

// The first is re-observed every day; a return is counted once for each user who arrived.
constexpr std::array<std::string_view, 4> kMetrics{"ctr", "watch_per_user_day", "sessions_per_user_day", "d1_retention"};
constexpr std::string_view kOnceCounted = "d1_retention";
constexpr double kPeekingPoints = 0.02;
constexpr double kTestPoints = 0.01;  // what the delta method may be off by with some hundreds of unequal users a variant

// The sums of every unit at the end of every day.
class DailySums final : public WorldWatcher {
 public:
  void begin(const Study& study) override {
    study_ = &study;
    units_.emplace(study.world.population().users.size(), study.world.all_items().size(), study.assignment.cells());
    look_ = study.t0 + kDay;
  }
  void pages(const Simulation&, std::span<const Interaction> pages) override {
    while (!pages.empty() && pages.front().request.time >= look_) look();
    units_->add(pages);
  }
  void end(const Simulation&) override {
    while (look_ <= study_->end) look();
  }

  // By metric of kMetrics, then day.
  std::vector<UnitSums> columns() const {
    std::vector<UnitSums> out;
    for (std::size_t m = 0; m < kMetrics.size(); ++m)
      for (const auto& day : days_) {
        UnitSums sums{std::string(kMetrics[m]), {}, {}};
        for (std::size_t u = 0; u < units_->units(); ++u) {
          if (!units_->entered(u)) continue;
          const UnitValue& v = day[u * kMetrics.size() + m];
          sums.num.push_back(v.num);
          sums.den.push_back(v.den);
        }
        out.push_back(std::move(sums));
      }
    return out;
  }
  std::size_t days() const { return days_.size(); }

 private:
  void look() {
    std::vector<UnitValue> day;
    for (std::size_t u = 0; u < units_->units(); ++u)
      for (const std::string_view metric : kMetrics)
        day.push_back(units_->value(u, metric_index(metric), look_).value_or(UnitValue{kNaN, kNaN}));
    days_.push_back(std::move(day));
    look_ = look_ + kDay;
  }

  const Study* study_ = nullptr;
  std::optional<UnitTable> units_;
  std::vector<std::vector<UnitValue>> days_;  // by day, of each unit every metric
  SimTime look_;
};

// The units' sums at the end, and of their past.
class LastSums final : public UnitSink {
 public:
  void unit(std::uint32_t, double, const std::vector<std::string>&, const std::vector<MetricInfo>& metrics,
            const std::vector<double>& numerators, const std::vector<double>& denominators) override {
    if (columns_.empty())
      for (const MetricInfo& m : metrics) columns_.push_back({m.name, {}, {}});
    for (std::size_t m = 0; m < metrics.size(); ++m) {
      columns_[m].num.push_back(numerators[m]);
      columns_[m].den.push_back(denominators[m]);
    }
  }
  const UnitSums* find(const std::string& metric) const {
    for (const UnitSums& c : columns_)
      if (c.metric == metric) return &c;
    return nullptr;
  }

 private:
  std::vector<UnitSums> columns_;
};

// What each rule would have done in the assignments, from the looks of one metric: [assignment][day].
struct Levels {
  std::int64_t tested = 0, peeking = 0, always_valid = 0, asymptotic = 0, obrien_fleming = 0, pocock = 0;
  std::vector<std::size_t> looks;  // columns of the looks that add information
};

Levels levels_of(std::span<const RerandomisedEstimate> estimates, std::size_t columns, std::size_t first, std::size_t days,
                 double control) {
  Levels levels;
  const std::size_t n = estimates.size() / columns;
  std::vector<std::size_t>& looks = levels.looks;
  std::vector<double> se;  // the assignments' mean; NaN where one could not be tested yet
  for (std::size_t d = 0; d < days; ++d) {
    double sum = 0;
    for (std::size_t a = 0; a < n; ++a) sum += estimates[a * columns + first + d].se;
    se.push_back(sum / static_cast<double>(n));
  }
  // Information does not follow the effect, so boundaries are the same in all assignments.
  GroupSequentialTest obrien_fleming({SpendingFamily::ObrienFleming}, 0.05, Sides::Two);
  GroupSequentialTest pocock({SpendingFamily::Pocock}, 0.05, Sides::Two);
  std::vector<double> of_z, pocock_z;
  for (const std::size_t d : informative_looks(se)) {
    const double information = 1 / (se[d] * se[d]), share = static_cast<double>(d + 1) / static_cast<double>(days);
    looks.push_back(first + d);
    of_z.push_back(obrien_fleming.look(information, share));
    pocock_z.push_back(pocock.look(information, share));
  }
  if (looks.empty()) return levels;
  const double z = normal_isf(0.025);
  for (std::size_t a = 0; a < n; ++a) {
    std::vector<EffectLook> path;
    bool beyond_of = false, beyond_pocock = false, beyond = false;
    for (std::size_t k = 0; k < looks.size(); ++k) {
      const RerandomisedEstimate& e = estimates[a * columns + looks[k]];
      const double size = std::fabs(e.effect / e.se);
      beyond = beyond || size >= z;
      beyond_of = beyond_of || size >= of_z[k];
      beyond_pocock = beyond_pocock || size >= pocock_z[k];
      path.push_back({static_cast<double>(k + 1), e.effect, e.se});
    }
    ++levels.tested;
    levels.peeking += beyond;
    levels.obrien_fleming += beyond_of;
    levels.pocock += beyond_pocock;
    levels.always_valid += stop_of(StoppingRule::AlwaysValid, path, 0.05, 0.02 * control)->rejected;
    levels.asymptotic += stop_of(StoppingRule::Asymptotic, path, 0.05, kNaN)->rejected;
  }
  return levels;
}

// The chance that one of the looks has |z| > 1.96 where nothing was done, from the estimated covariance of the looks alone:
// with l_uk what unit u adds to the linearised metric at look k, Cov(Z_j, Z_k) = sum l_uj l_uk / sqrt(sum l_uj^2 sum l_uk^2).
// Were increments independent that would be sqrt(t_j / t_k) in information times; where a cohort is observed again it is
// larger.
double predicted_peeking(std::span<const UnitSums> columns, const std::vector<std::size_t>& looks) {
  const std::size_t k = looks.size();
  std::vector<std::vector<double>> unit(k);
  for (std::size_t j = 0; j < k; ++j) {
    const UnitSums& c = columns[looks[j]];
    double num = 0, den = 0, squares = 0;
    for (std::size_t u = 0; u < c.num.size(); ++u)
      if (!std::isnan(c.num[u])) num += c.num[u], den += c.den[u];
    for (std::size_t u = 0; u < c.num.size(); ++u)
      unit[j].push_back(std::isnan(c.num[u]) ? 0 : c.num[u] - num / den * c.den[u]);
    for (const double l : unit[j]) squares += l * l;
    for (double& l : unit[j]) l /= std::sqrt(squares);
  }
  std::vector<std::vector<double>> root(k, std::vector<double>(k));  // Cholesky's, of the correlations
  for (std::size_t j = 0; j < k; ++j)
    for (std::size_t i = j; i < k; ++i) {
      double left = 0;
      for (std::size_t u = 0; u < unit[i].size(); ++u) left += unit[i][u] * unit[j][u];
      for (std::size_t h = 0; h < j; ++h) left -= root[i][h] * root[j][h];
      root[i][j] = i == j ? std::sqrt(std::max(left, 0.0)) : root[j][j] > 1e-9 ? left / root[j][j] : 0;
    }
  constexpr std::size_t kDraws = 100'000;
  const double z = normal_isf(0.025);
  const auto hits = parallel_reduce(
      kDraws, 1000, std::int64_t{0},
      [&](std::size_t begin, std::size_t end) {
        std::int64_t beyond = 0;
        for (std::size_t i = begin; i < end; ++i) {
          Rng rng = stream({3}, Stream::Test, entity_key(i));
          std::vector<double> g;
          bool any = false;
          for (std::size_t j = 0; j < k; ++j) {
            g.push_back(normal(rng));
            any = any || std::fabs(std::inner_product(g.begin(), g.end(), root[j].begin(), 0.0)) >= z;
          }
          beyond += any;
        }
        return beyond;
      },
      std::plus());
  return static_cast<double>(hits) / kDraws;
}

}  // namespace

ValiditySection validity_of_assignments(const ValidityOptions& options) {
  const std::string users = by_tier<std::string>(options.tier, "1500", "4000", "10000");
  const auto n = by_tier<std::int64_t>(options.tier, 2000, 10'000, 20'000);
  const std::string days = by_tier<std::string>(options.tier, "10", "14", "28");
  const Scenario scenario = load_scenario(options.scenarios / "aa.toml", {"world.population.users=" + users, "days=" + days});
  if (!null_treatment(scenario, 0, 1)) throw Error("is no A/A test: its variants differ", {scenario.source.string()});
  options.label("A/A world of " + users + " users");
  const auto past_days = std::min(scenario.settings.read<ScenarioParams>("").warmup_days,
                                  scenario.settings.read<AnalysisParams>("analysis").pre_days);
  DailySums watcher;
  LastSums lived;
  run(scenario, {.units = &lived, .watchers = {&watcher}}, options.observer);
  const std::vector<UnitSums> columns = watcher.columns();
  const Rerandomisation request{{"a", "b"}, {0.5, 0.5}, n, 0.05, 0.05, {scenario.seed()}};
  std::vector<UnitSums> last;
  for (std::size_t m = 0; m < kMetrics.size(); ++m) last.push_back(columns[(m + 1) * watcher.days() - 1]);

  options.label("its assignments");
  ValiditySection section{
      "Assignments of one A/A world",
      fmt::format("{} users, {} days, seed {}; {} assignments of its units by half, looked at daily; effects "
                  "planted are 5 % of the numerators.",
                  users, days, scenario.seed(), n),
      {}};
  const RerandomisationResult result = rerandomise(request, last);
  auto& checks = section.checks;
  checks.push_back(near_check("aa.split", "sample-ratio tests with p below 5 %", 0.05, kTestPoints, result.srm_alarms.hits, n));
  for (const RerandomisedMetric& m : result.metrics) {
    checks.push_back(flat_check("aa.flat." + m.metric, "p of " + m.metric + " is uniform", m.flatness, m.type_1.trials));
    checks.push_back(near_check("aa.coverage." + m.metric, "intervals of " + m.metric + " that hold the effect, 0", 0.95,
                                kTestPoints, m.type_1.trials - m.type_1.hits, m.type_1.trials));
    checks.push_back(near_check("aa.planted." + m.metric, "intervals of " + m.metric + " that hold a planted effect", 0.95,
                                kTestPoints, m.coverage.hits, m.coverage.trials));
  }
  for (const RerandomisedMetric& m : result.metrics) {
    const UnitSums* before = lived.find(m.metric + std::string(kPastSuffix));
    if (!before) continue;
    const AdjustedSums adjusted = adjusted_by_past(*lived.find(m.metric), *before);
    const RerandomisedMetric with = rerandomise(request, std::span(&adjusted.sums, 1)).metrics[0];
    // Of the log of a ratio of two variances over n draws whose estimates have correlation sqrt(1 - rho^2).
    const double se = 2 * adjusted.rho / std::sqrt(static_cast<double>(n)), left = std::pow(with.sd / m.sd, 2);
    const double expected = 1 - adjusted.rho * adjusted.rho;
    checks.push_back({"cuped." + m.metric,
                      fmt::format("variance left of {} adjusted by the {} days before", m.metric, past_days),
                      fmt::format("1 - rho² = {:.3f}", expected),
                      left,
                      {left * std::exp(-1.96 * se), left * std::exp(1.96 * se)},
                      n,
                      false,
                      std::fabs(std::log(left / expected)) < 3.29 * se});
    checks.push_back(
        flat_check("cuped.flat." + m.metric, "p of adjusted " + m.metric + " is uniform", with.flatness, with.type_1.trials));
  }
  Rerandomisation untouched = request;
  untouched.lift = 0;
  const std::vector<RerandomisedEstimate> estimates = rerandomised_estimates(untouched, columns);
  for (std::size_t m = 0; m < kMetrics.size(); ++m) {
    const std::string metric(kMetrics[m]);
    double num = 0, den = 0;
    for (std::size_t u = 0; u < last[m].num.size(); ++u)
      if (!std::isnan(last[m].num[u])) num += last[m].num[u], den += last[m].den[u];
    const Levels levels = levels_of(estimates, columns.size(), m * watcher.days(), watcher.days(), num / den);
    const double predicted = levels.looks.empty() ? kNaN : predicted_peeking(columns, levels.looks);
    const std::string kind = metric == kOnceCounted ? "counted once per arrival" : "re-observed daily";
    checks.push_back(near_check("looks.peeking." + metric,
                                fmt::format("daily peeking at {} ({}), level predicted from the covariance of {} looks", metric,
                                            kind, levels.looks.size()),
                                predicted, kPeekingPoints, levels.peeking, levels.tested));
    for (const auto& [rule, hits] :
         {std::pair{StoppingRule::AlwaysValid, levels.always_valid}, std::pair{StoppingRule::Asymptotic, levels.asymptotic},
          std::pair{StoppingRule::ObrienFleming, levels.obrien_fleming}, std::pair{StoppingRule::Pocock, levels.pocock}})
      checks.push_back(
          at_most_check(fmt::format("looks.{}.{}", key_of(rule), metric),
                        fmt::format("{}, daily looks at {}: rejections without an effect", to_string(rule), metric), 0.05,
                        kTestPoints, hits, levels.tested));
  }
  return section;
}

}  // namespace feedloop
