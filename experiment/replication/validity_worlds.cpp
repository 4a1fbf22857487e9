// Worlds of their own seeds: what a single world cannot show, because all of its users share its luck.
#include <fmt/format.h>

#include "base/hash.hpp"
#include "experiment/build_info.hpp"
#include "experiment/replication/null_treatment.hpp"
#include "experiment/replication/power_study.hpp"
#include "experiment/replication/validity.hpp"
#include "stats/two_sample.hpp"

namespace feedloop {
namespace {

PowerResult study(const ValidityOptions& options, const std::string& file, std::int64_t runs,
                  const std::vector<std::string>& sets) {
  const PowerPlan plan{load_scenario(options.scenarios / file, sets), runs, PowerVary::World, true};
  std::filesystem::path table;
  if (!options.cache.empty())
    table = options.cache / fmt::format("{}-{}-{}-{}.csv", plan.scenario.name, hex(plan.scenario.hash()), plan.scenario.seed(),
                                        hex(hash_bytes(build_fingerprint())));
  return power_study(plan, table, !table.empty() && std::filesystem::exists(table), options.observer,
                     [&](std::size_t run, std::size_t of, const std::string& what) {
                       options.label(fmt::format("world {} of {}: {}", run, of, what));
                     });
}

// What a report follows day by day: the first metric, and those that decide or guard.
bool followed(const PowerResult& r, const std::string& metric) {
  for (const MetricInfo& m : r.metrics)
    if (m.name == metric) return m.role != MetricRole::Diagnostic || &m == r.metrics.data();
  return false;
}

// A mean over seeds that should be 0: Student's test at kFalseAlarm.
ValidityCheck zero_check(std::string id, std::string statement, const MeasuredMean& m) {
  const bool tested = m.n > 1 && m.se > 0;
  const bool holds = tested ? t_test(m.mean, m.se, static_cast<double>(m.n - 1), kFalseAlarm).ci.contains(0) : m.mean == 0;
  return {std::move(id), std::move(statement), "0", m.mean, m.ci, m.n, false, holds};
}

}  // namespace

ValiditySection validity_of_worlds(const ValidityOptions& options) {
  const auto runs = by_tier<std::int64_t>(options.tier, 20, 100, 300);
  const std::string users = by_tier<std::string>(options.tier, "200", "300", "400");
  const std::vector<std::string> sets{"world.population.users=" + users, "days=6", "warmup_days=2", "analysis.min_units=20"};
  const PowerResult aa = study(options, "aa.toml", runs, sets), closed = study(options, "closed.toml", runs, sets);
  ValiditySection section{"Worlds",
                          fmt::format("{} A/A worlds, and {} worlds in which nothing passes between users (closed.toml) with "
                                      "their true effects; {} users, 6 days, a seed each.",
                                      runs, runs, users),
                          {}};
  auto& checks = section.checks;
  for (const DesignQuality& q : aa.qualities) {
    if (q.rejected.trials == 0 || !followed(aa, q.metric)) continue;
    if (q.rule == StoppingRule::FixedHorizon) {
      checks.push_back(
          flat_check("worlds.flat." + q.metric, "A/A worlds: p of " + q.metric + " is uniform", q.flatness, q.rejected.trials));
    } else if (q.rule != StoppingRule::DailyPeeking) {
      checks.push_back(at_most_check(fmt::format("worlds.{}.{}", key_of(q.rule), q.metric),
                                     fmt::format("A/A worlds: {}, {}", to_string(q.rule), q.metric), 0.05, 0.01,
                                     q.rejected.hits, q.rejected.trials));
    }
  }
  for (const DesignQuality& q : closed.qualities) {
    if (q.rule != StoppingRule::FixedHorizon || q.coverage.trials == 0) continue;
    if (!followed(closed, q.metric)) continue;
    checks.push_back(rate_check("closed.coverage." + q.metric,
                                "closed worlds: intervals of " + q.metric + " that hold the true effect", 0.95, q.coverage.hits,
                                q.coverage.trials));
    checks.push_back(zero_check("closed.bias." + q.metric, "closed worlds: bias of " + q.metric, q.bias));
  }
  return section;
}

}  // namespace feedloop
