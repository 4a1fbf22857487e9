#include <algorithm>
#include <array>
#include <cmath>
#include <numeric>

#include <fmt/format.h>

#include "base/parallel.hpp"
#include "experiment/evaluation/evaluation.hpp"
#include "experiment/evaluation/truth.hpp"
#include "stats/two_sample.hpp"

namespace feedloop {
namespace {

constexpr std::array<std::int64_t, 3> kEdges{0, 1, 50};
constexpr std::size_t kEach = 333;

double recall_of_union(const Lived& lived, const Request& request, const Wishes& wishes, std::span<const std::size_t> asked) {
  std::vector<ItemId> together;
  for (std::size_t s = 0; s < asked.size(); ++s) {
    if (asked[s] == 0) continue;
    const std::vector<ItemId> found = nominate(lived, *lived.sources()[s], request, asked[s]);
    together.insert(together.end(), found.begin(), found.end());
  }
  return recall(wishes.relevant, std::move(together));
}

using ByCohort = std::array<RatioMoments, kEdges.size()>;
struct Losses {
  std::vector<ByCohort> lost;  // by source: its quota lost, or handed on to the others
  ByCohort whole;
};

Losses losses_of(const Scenario& scenario, const EvaluationOptions& options) {
  const std::size_t sources = source_registry().size();
  Losses all{std::vector<ByCohort>(2 * sources), {}};
  auto& [lost, whole] = all;
  for (int seed = 0; seed < options.seeds; ++seed) {
    options.begin(seed, options.seeds);
    const Lived lived(nth_world(scenario, seed));
    const std::vector<Sampled> sample = sample_users(lived, kEdges, kEach);
    std::vector<std::vector<double>> of_user(sample.size());
    parallel_for(sample.size(), 4, [&](std::size_t b, std::size_t e) {
      for (std::size_t i = b; i < e; ++i) {
        const Request request = lived.request(sample[i].user);
        const Wishes wishes = wishes_of(lived, request);
        const std::vector<std::size_t> asked = quotas(lived, request);
        for (std::size_t r = 0; r < 2 * sources; ++r)
          of_user[i].push_back(recall_of_union(lived, request, wishes, quotas_without(asked, r / 2, r % 2 == 1)));
        of_user[i].push_back(recall_of_union(lived, request, wishes, asked));
      }
    });
    for (std::size_t i = 0; i < sample.size(); ++i) {
      whole[sample[i].bin].add(of_user[i].back());
      for (std::size_t r = 0; r < 2 * sources; ++r) lost[r][sample[i].bin].add(of_user[i].back() - of_user[i][r]);
    }
  }
  return all;
}

}  // namespace

std::vector<std::size_t> quotas_without(std::span<const std::size_t> quotas, std::size_t source, bool handed_on) {
  const auto all = static_cast<double>(std::accumulate(quotas.begin(), quotas.end(), std::size_t{0}));
  const auto rest = all - static_cast<double>(quotas[source]);
  std::vector<std::size_t> out(quotas.begin(), quotas.end());
  out[source] = 0;
  if (handed_on && rest > 0)
    for (std::size_t& q : out) q = static_cast<std::size_t>(std::llround(static_cast<double>(q) * all / rest));
  return out;
}

double helpful_sources(const Scenario& scenario) {
  const Losses losses = losses_of(scenario, {.seeds = 1});
  double helpful = 0;
  const std::size_t sources = source_registry().size();
  for (std::size_t s = 0; s < sources; ++s)
    helpful += std::ranges::any_of(losses.lost[2 * s], [](const RatioMoments& m) {
      if (m.n < 2) return false;
      const Estimate e = ratio_estimate(m);
      return e.value - 1.96 * std::sqrt(e.variance) > 0;
    });
  return helpful / static_cast<double>(sources);
}

std::vector<EvaluationTable> evaluate_leave_one_out(const Scenario& scenario, const EvaluationOptions& options) {
  const std::size_t sources = source_registry().size();
  const auto [lost, whole] = losses_of(scenario, options);
  std::vector<EvaluationTable> tables;
  for (const bool handed_on : {false, true}) {
    EvaluationTable table{fmt::format("What each source adds to the union's recall, {}",
                                      handed_on ? "its quota handed on to the others" : "its quota lost"),
                          {"source"},
                          {},
                          ""};
    for (std::size_t c = 0; c < kEdges.size(); ++c) table.columns.push_back(bin_name(kEdges, c));
    for (std::size_t s = 0; s < sources; ++s) {
      table.rows.push_back({std::string(source_registry()[s].name)});
      for (const RatioMoments& m : lost[2 * s + handed_on]) table.rows.back().push_back(plus_minus(m, 1.96));
    }
    if (!handed_on) {
      table.rows.push_back({"the whole union"});
      for (const RatioMoments& m : whole) table.rows.back().push_back(plus_minus(m, 1.96));
    }
    tables.push_back(std::move(table));
  }
  tables[1].note = fmt::format(
      "Recall of the union at its quotas, less that of the union without the source: paired by user, 95 % intervals over the "
      "users of {} seeds. With its quota lost a source can only add; with its quota handed on in proportion, as many "
      "candidates are asked for, and below zero the others would use the places better.",
      options.seeds);
  return tables;
}

}  // namespace feedloop
