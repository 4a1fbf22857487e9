#include <algorithm>
#include <vector>

#include <nlohmann/json.hpp>

#include "base/parallel.hpp"
#include "bench/workloads.hpp"
#include "experiment/run.hpp"

namespace feedloop {
namespace {

// The quickstart's shape at two fifths of its users, so that three runs of each kind take a minute.
constexpr const char* kScenario = R"(
name = "quickstart-bench"
warmup_days = 3
days = 4
world.population.users = 4000
world.items.count = 3000
[[variant]]
name = "control"
share = 0.5
[[variant]]
name = "treatment"
share = 0.5
engine.value.click = 0.4
engine.value.completion = 0.8
)";

RunFacts median_run(const Scenario& scenario) {
  std::vector<RunFacts> runs;
  for (int i = 0; i < 3; ++i) runs.push_back(run(scenario).run);
  std::sort(runs.begin(), runs.end(), [](const RunFacts& a, const RunFacts& b) { return a.requests_per_s < b.requests_per_s; });
  return runs[1];
}

}  // namespace

std::string bench_quickstart() {
  const Scenario scenario = parse_scenario(kScenario, "quickstart-bench");
  const int all = threads();
  const RunFacts many = median_run(scenario);
  set_threads(1);
  const RunFacts one = median_run(scenario);
  set_threads(all);
  nlohmann::ordered_json j;
  j["workload"] = "quickstart";
  j["threads"] = all;
  j["requests_per_s"] = many.requests_per_s;
  j["requests_per_s_one_thread"] = one.requests_per_s;
  j["speedup"] = many.requests_per_s / one.requests_per_s;
  // Serving alone: what all threads share, between the pauses in which models learn.
  const auto serving_s = [](const RunFacts& r) { return r.wall_s * (1 - r.serial_share); };
  j["serving_speedup"] = serving_s(one) / serving_s(many);
  j["serial_share_one_thread"] = one.serial_share;
  j["longest_night_s"] = many.longest_pause_s;
  j["peak_mib"] = many.peak_mib;
  for (const StageLatency& s : one.latency)
    j["stages"][s.stage] = {{"p50_us", s.p50_us}, {"p99_us", s.p99_us}, {"share", s.share}};
  return j.dump(2) + "\n";
}

}  // namespace feedloop
