// A unit table written by hand over a real study: who came on which day and what they watched, before and after t0, so that
// every number of an analysis can be worked out beside it.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "experiment/analysis/analysis.hpp"
#include "tests/experiment/tiny_pages.hpp"
#include "tests/support/small_scenario.hpp"

namespace feedloop {

struct SyntheticRun {
  explicit SyntheticRun(int users_, int days = 8, std::vector<std::string> sets = {}, int warmup_days = 6)
      : users(static_cast<std::size_t>(users_)),
        scenario(SmallScenario{.users = users_, .warmup_days = warmup_days, .days = days, .sets = std::move(sets)}.make()),
        study(scenario),
        before(std::make_shared<UnitTable>(all_users(), all_items(), 2)),
        tables(study),
        looks(study) {
    before->enter_all(study.before);
    if (warmup_days > 0) tables.set_before(before);
  }

  std::size_t all_users() const { return study.world.population().users.size(); }
  std::size_t all_items() const { return study.world.all_items().size(); }
  std::size_t variant(std::size_t user) const { return variant_of(scenario.experiments[0], study.unit_of(0, user)); }

  // One page with one click; day counts from t0 and may be negative. Zero minutes: a page and no click.
  void watch(std::size_t user, double day, double minutes) {
    TinyPage page{.user = user,
                  .time = study.t0 + from_seconds(86400 * day),
                  .items = {0},
                  .outcomes = {},
                  .cell = static_cast<std::uint32_t>(variant(user))};
    if (minutes > 0) page.outcomes = {clicked(minutes)};
    const Interaction one = page;
    if (day < 0)
      before->add(std::span(&one, 1));
    else
      tables.add(std::span(&one, 1), {});
  }
  void look(int day) {
    const SimTime now = study.t0 + kDay * day;
    if (study.keeps(now)) (day < 0 ? before->keep(study.kept, now) : tables.keep(study.kept, now));
    if (day > 0) looks.look(study, tables, now);
  }
  ExperimentReport analyse(double day) const {
    return feedloop::analyse(study, tables, 0, study.t0 + from_seconds(86400 * day), &looks);
  }

  std::size_t users;
  Scenario scenario;
  Study study;
  std::shared_ptr<UnitTable> before;
  ExperimentTables tables;
  Looks looks;
};

template <class T>
const T& of_metric(const std::vector<T>& all, std::string_view metric) {
  for (const T& x : all)
    if (x.metric == metric) return x;
  throw std::runtime_error("no such metric");
}

// The lift's standard error by the delta method, from the two values of the first experiment's first two variants.
inline double lift_se(const ExperimentReport& e, std::string_view metric) {
  const auto value = [&](std::size_t v) {
    for (const MetricValue& m : e.variants[v].metrics)
      if (m.name == metric) return m;
    throw std::runtime_error("no such metric");
  };
  const MetricValue control = value(0), treatment = value(1);
  return std::hypot(treatment.se, treatment.value / control.value * control.se) / std::abs(control.value);
}

// Not random, but without a pattern that any analysis knows of: in [0, 1).
inline double scatter(std::size_t user, int k) {
  const double x = (static_cast<double>(user) + 1) * 0.6180339887498949 * (k + 1) + 0.7548776662466927 * k * k;
  return x - std::floor(x);
}

}  // namespace feedloop
