#include <algorithm>
#include <array>
#include <cmath>

#include <fmt/format.h>

#include "base/check.hpp"
#include "base/parallel.hpp"
#include "engine/retrieval/two_tower.hpp"
#include "experiment/evaluation/evaluation.hpp"
#include "experiment/evaluation/truth.hpp"
#include "stats/sample_quantile.hpp"

namespace feedloop {
namespace {

constexpr std::array<std::int64_t, 1> kEdges{1};
constexpr std::size_t kEach = 1000;
constexpr std::string_view kKey = "engine.retrieval.two_tower.correction";

struct OfUser {
  std::array<double, 2> recall{}, tail{};  // by model
  double relevant_tail = 0;
  std::vector<ItemId> relevant;
  std::array<std::vector<ItemId>, 2> shown;
};

// Both models learn from the same pages, which control served.
Scenario corrected_and_not(Scenario scenario) {
  scenario.settings.set(kKey, true, {});
  Experiment both{"log_q", "log_q", {{"on", 0.5, {{std::string(kKey), true}}}, {"off", 0.5, {{std::string(kKey), false}}}}};
  scenario.experiments = {std::move(both)};
  return scenario;
}

const Source& two_tower(const Lived& lived, std::size_t pipeline) {
  return *lived.sources(pipeline)[source_index(TwoTower::kName)];
}

}  // namespace

double slope(std::span<const double> x, std::span<const double> y) {
  RatioMoments m;
  for (std::size_t i = 0; i < x.size(); ++i) m.add(y[i], x[i]);
  return m.c / m.m2_den;
}

std::vector<EvaluationTable> evaluate_log_q(const Scenario& scenario, const EvaluationOptions& options) {
  struct Numbers {
    std::vector<double> recall, tail, slope;  // by seed
  };
  std::array<Numbers, 3> numbers;  // corrected, not, and their difference
  std::vector<double> tail_share;
  for (int seed = 0; seed < options.seeds; ++seed) {
    options.begin(seed, options.seeds);
    const Lived lived(corrected_and_not(nth_world(scenario, seed)), false);
    FEEDLOOP_CHECK(lived.simulation.engine().pipelines() == 2, "the two corrections need a pipeline each");
    const std::size_t items = lived.catalog.size();
    const std::int64_t median = upper_median(lived.clicks);

    const std::vector<Sampled> sample = sample_users(lived, kEdges, kEach);
    std::vector<OfUser> users(sample.size());
    parallel_for(sample.size(), 4, [&](std::size_t b, std::size_t e) {
      for (std::size_t i = b; i < e; ++i) {
        const Request request = lived.request(sample[i].user);
        OfUser& u = users[i];
        u.relevant = wishes_of(lived, request).relevant;
        std::vector<ItemId> tail;
        for (const ItemId item : u.relevant)
          if (lived.clicks[item.index()] <= median) tail.push_back(item);
        u.relevant_tail = static_cast<double>(tail.size());
        for (std::size_t m = 0; m < 2; ++m) {
          std::vector<ItemId> found = nominate(lived, two_tower(lived, m), request, kAsked);
          u.recall[m] = recall(u.relevant, found);
          u.tail[m] = recall(tail, found);
          found.resize(std::min(found.size(), kRelevant));
          u.shown[m] = std::move(found);
        }
      }
    });

    RatioMoments share;
    std::array<RatioMoments, 2> all, tail;
    std::vector<double> popularity, relevant(items);
    std::array<std::vector<double>, 2> error{std::vector<double>(items), std::vector<double>(items)};
    for (const std::int64_t n : lived.clicks) popularity.push_back(std::log1p(static_cast<double>(n)));
    const double per = static_cast<double>(items) / static_cast<double>(std::max<std::size_t>(users.size(), 1));
    for (const OfUser& u : users) {
      share.add(u.relevant_tail, static_cast<double>(u.relevant.size()));
      for (const ItemId item : u.relevant) relevant[item.index()] += per / static_cast<double>(u.relevant.size());
      for (std::size_t m = 0; m < 2; ++m) {
        all[m].add(u.recall[m]);
        if (u.relevant_tail > 0) tail[m].add(u.tail[m]);
        for (const ItemId item : u.shown[m]) error[m][item.index()] += per / static_cast<double>(u.shown[m].size());
      }
    }
    tail_share.push_back(share.mean_num / share.mean_den);
    for (std::size_t m = 0; m < 2; ++m) {
      for (std::size_t i = 0; i < items; ++i) error[m][i] -= relevant[i];
      numbers[m].recall.push_back(all[m].mean_num);
      numbers[m].tail.push_back(tail[m].mean_num);
      numbers[m].slope.push_back(slope(popularity, error[m]));
    }
    for (std::vector<double> Numbers::*x : {&Numbers::recall, &Numbers::tail, &Numbers::slope})
      (numbers[2].*x).push_back((numbers[0].*x).back() - (numbers[1].*x).back());
  }

  EvaluationTable table{"The towers with and without log-frequency correction",
                        {"correction", "recall at 500", "of tail items", "slope of exposure error"},
                        {},
                        ""};
  constexpr std::array<std::string_view, 3> kNames{"on", "off", "on - off"};
  for (std::size_t m = 0; m < 3; ++m)
    table.rows.push_back(
        {std::string(kNames[m]), over_seeds(numbers[m].recall), over_seeds(numbers[m].tail), over_seeds(numbers[m].slope)});
  RatioMoments share;
  for (const double x : tail_share) share.add(x);
  table.note = fmt::format(
      "Both learn from the same pages, served by the corrected engine; up to {} users with clicks, {} seeds, Student's 95 % "
      "over seeds. Tail: items with at most the median number of clicks, {:.0f} % of what is relevant. Exposure error of an "
      "item: its share of the users' first {} places by the towers less its share of what is relevant, in multiples of an "
      "equal share; the slope is its regression over items on log(1 + clicks). Above 0 popular items are shown more than "
      "they are wanted.",
      kEach, options.seeds, 100 * share.mean_num, kRelevant);
  return {std::move(table)};
}

}  // namespace feedloop
