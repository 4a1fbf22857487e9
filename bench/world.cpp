#include <algorithm>
#include <cmath>
#include <vector>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "bench/workloads.hpp"
#include "experiment/run.hpp"

namespace feedloop {
namespace {

// A fortnight of a population served by popularity: what is left is the world, and what a simulation cannot do without.
Scenario popularity_world(std::int64_t users) {
  return parse_scenario(fmt::format(R"(
name = "popularity-world"
warmup_days = 0
days = 14
epoch_minutes = 15
world.population.users = {}
world.items.count = 10_000
engine.slate.order = "retrieval"
engine.slate.depth = 40
engine.rerank.method = "none"
analysis.exposure_replicates = 0
[engine.quota]
popularity = 60
trending = 0
fresh = 0
covisitation = 0
matrix_factorization = 0
two_tower = 0
content = 0
editorial = 0
onboarding = 0
[[variant]]
name = "control"
share = 0.5
[[variant]]
name = "same"
share = 0.5
)",
                                    users),
                        "popularity-world");
}

}  // namespace

// What the world costs a page on one core, and how a run's time grows with its users.
std::string bench_world() {
  nlohmann::json out;
  std::vector<double> logs_users, logs_s;
  for (const std::int64_t users : {100'000, 300'000, 1'000'000}) {
    const Report report = run(popularity_world(users));
    double share = 0, p50 = 0;
    for (const StageLatency& stage : report.run.latency)
      if (stage.stage == "world") share = stage.share, p50 = stage.p50_us;
    out["sizes"].push_back({{"users", users},
                            {"pages", report.requests},
                            {"wall_s", report.run.wall_s},
                            {"pages_per_s", report.run.requests_per_s},
                            {"world_share_of_stages", share},
                            {"world_p50_us", p50},
                            {"peak_mib", report.run.peak_mib}});
    logs_users.push_back(std::log(static_cast<double>(users)));
    logs_s.push_back(std::log(report.run.wall_s));
  }
  out["slope"] = (logs_s.back() - logs_s.front()) / (logs_users.back() - logs_users.front());
  return out.dump(2);
}

}  // namespace feedloop
