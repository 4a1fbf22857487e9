#include <cmath>

#include <nlohmann/json.hpp>

#include "base/check.hpp"
#include "base/parallel.hpp"
#include "bench/timing.hpp"
#include "bench/workloads.hpp"
#include "experiment/replication/rerandomise.hpp"

namespace feedloop {
namespace {

constexpr std::size_t kUnits = 100'000, kMetrics = 8;
constexpr std::int64_t kAssignments = 10'000, kPlainAssignments = 40;

// Ratios of unequal users; one in ten cannot be judged by every third metric.
std::vector<UnitSums> units() {
  std::vector<UnitSums> columns(kMetrics);
  for (std::size_t m = 0; m < kMetrics; ++m)
    for (std::size_t u = 0; u < kUnits; ++u) {
      Rng rng = stream({1}, Stream::Test, entity_key(u, m));
      const double pages = 1 + std::floor(-10 * std::log(rng.uniform_open()));
      const bool judged = m % 3 != 2 || rng.uniform() < 0.9;
      columns[m].num.push_back(judged ? pages * rng.uniform() : kNaN);
      columns[m].den.push_back(judged ? pages : kNaN);
    }
  return columns;
}

}  // namespace

std::string bench_assignments() {
  const std::vector<UnitSums> columns = units();
  Rerandomisation request{{"control", "treatment"}, {0.5, 0.5}, kPlainAssignments, 0.05, 0.01, {1}};
  const double start = process_cpu_us();
  const auto plain = rerandomise_plainly(request, columns);
  const double plain_us = (process_cpu_us() - start) / static_cast<double>(kPlainAssignments);
  const auto same = rerandomise(request, columns);
  for (std::size_t i = 0; i < kMetrics; ++i)
    FEEDLOOP_CHECK(same.metrics[i].type_1.hits == plain.metrics[i].type_1.hits &&
                       std::abs(same.metrics[i].sd / plain.metrics[i].sd - 1) < 1e-6,
                   "the twins disagree");
  request.assignments = kAssignments;
  const double cpu = process_cpu_us(), wall = wall_us();
  const auto all = rerandomise(request, columns);
  const double wall_s = (wall_us() - wall) * 1e-6, ours_us = (process_cpu_us() - cpu) / static_cast<double>(kAssignments);
  nlohmann::ordered_json j;
  j["workload"] = "assignments";
  j["units"] = kUnits;
  j["metrics"] = kMetrics;
  j["assignments"] = kAssignments;
  j["threads"] = threads();
  j["wall_seconds"] = wall_s;
  j["cpu_us_per_assignment"] = ours_us;
  j["plain_cpu_us_per_assignment"] = plain_us;
  j["ratio_plain"] = plain_us / ours_us;
  j["type_1_of_first_metric"] = all.metrics[0].type_1.value;
  return j.dump(2) + "\n";
}

}  // namespace feedloop
