#include "experiment/evaluation/truth.hpp"

#include <algorithm>
#include <cmath>

#include <fmt/format.h>

#include "base/hash.hpp"
#include "base/slate_rules.hpp"
#include "engine/rerank/seen_filter.hpp"
#include "experiment/evaluation/evaluation.hpp"
#include "stats/tails.hpp"
#include "stats/two_sample.hpp"

namespace feedloop {
namespace {

Scenario with_control_only(Scenario scenario) {
  for (Experiment& e : scenario.experiments) {
    e.variants.resize(1);
    e.variants[0].share = 1;
  }
  return scenario;
}

}  // namespace

Lived::Lived(Scenario lived, bool control_only, const std::function<void(const Interaction&)>& watch)
    : scenario(control_only ? with_control_only(std::move(lived)) : std::move(lived)), study(scenario), simulation(study) {
  clicks.resize(study.world.all_items().size());
  while (simulation.now() < study.end)
    simulation.run_epoch({.all_control = true}, [&](std::span<const Interaction> pages) {
      for (const Interaction& page : pages) {
        for (std::size_t k = 0; k < page.slate.slots.size(); ++k)
          clicks[page.slate.slots[k].item.index()] += page.outcome.slots[k].clicked;
        if (watch) watch(page);
      }
    });
  catalog = study.world.catalog(simulation.now());
  clicks.resize(catalog.size());
}

Request Lived::request(UserId id) const { return first_request(study.world, id, simulation.now()); }

std::string bin_name(std::span<const std::int64_t> edges, std::size_t bin) {
  if (bin + 1 == edges.size()) return fmt::format("{}+", edges[bin]);
  if (edges[bin + 1] == edges[bin] + 1) return fmt::format("{}", edges[bin]);
  return fmt::format("{}-{}", edges[bin], edges[bin + 1] - 1);
}

std::vector<Sampled> sample_users(const Lived& lived, std::span<const std::int64_t> edges, std::size_t each) {
  std::vector<std::vector<std::pair<std::uint64_t, UserId>>> drawn(edges.size());
  const auto& users = lived.study.world.population().users;
  for (const UserTraits& user : users) {
    if (lived.simulation.users()[user.id.index()].churned || user.joined > lived.simulation.now()) continue;
    const auto above = std::upper_bound(edges.begin(), edges.end(), lived.known(user.id).total_clicks);
    if (above == edges.begin()) continue;
    drawn[static_cast<std::size_t>(above - edges.begin()) - 1].emplace_back(
        Hasher().add(std::string_view("evaluation")).add(user.id.value).value(), user.id);
  }
  std::vector<Sampled> sampled;
  for (std::size_t b = 0; b < drawn.size(); ++b) {
    std::sort(drawn[b].begin(), drawn[b].end());
    for (std::size_t i = 0; i < std::min(each, drawn[b].size()); ++i) sampled.push_back({drawn[b][i].second, b});
  }
  return sampled;
}

std::vector<ItemId> best_items(std::span<const float> values, std::size_t k) {
  TopK best;
  best.begin(k);
  for (std::size_t i = 0; i < values.size(); ++i)
    if (values[i] >= 0) best.add(ItemId{i}, values[i]);
  std::vector<Scored> scored;
  best.take(scored);
  std::vector<ItemId> items;
  for (const Scored& s : scored) items.push_back(s.item);
  return items;
}

Wishes wishes_of(const Lived& lived, const Request& request) {
  const World& world = lived.study.world;
  const UserState state = world.state_at(lived.simulation.users()[request.user.index()], request.user, request.time);
  SeenFilter seen;
  seen.begin(lived.known(request.user), true, lived.catalog.size());
  Wishes wishes;
  wishes.value.assign(lived.catalog.size(), -1);
  for (const ItemFacts& item : lived.catalog)
    if (may_be_shown(item, request) && seen.admit(item.id, 0))
      wishes.value[item.id.index()] = static_cast<float>(world.expected_value(state, request.user, item.id, request.time) /
                                                         (60'000.0 * static_cast<double>(world.truth(item.id).duration_min)));
  wishes.relevant = best_items(wishes.value, kRelevant);
  std::sort(wishes.relevant.begin(), wishes.relevant.end());
  return wishes;
}

std::vector<ItemId> nominate(const Lived& lived, const Source& source, const Request& request, std::size_t k) {
  const OnlineFeatures& known = lived.known(request.user);
  RetrievalQuery query{request, known, lived.catalog};
  query.cohort = lived.simulation.engine().cell(0).cohort(known, request.time);
  std::vector<float> input, vector;
  embed(source, query, input, vector);
  std::vector<Scored> found;
  source.nominate(query, k, found);
  std::vector<ItemId> items;
  for (const Scored& s : found) items.push_back(s.item);
  return items;
}

std::vector<ItemId> nominate_new(const Lived& lived, const Source& source, const Request& request, const Wishes& wishes,
                                 std::size_t k) {
  const std::size_t clicked = lived.known(request.user).consumed.size();
  std::vector<ItemId> items = nominate(lived, source, request, 2 * k + clicked);  // few are kept back by the other hard rules
  std::erase_if(items, [&](ItemId item) { return wishes.value[item.index()] < 0; });
  items.resize(std::min(items.size(), k));
  return items;
}

std::vector<std::size_t> quotas(const Lived& lived, const Request& request) {
  const Recommender& control = lived.simulation.engine().cell(0);
  std::vector<std::size_t> asked;
  for (std::size_t s = 0; s < source_registry().size(); ++s)
    asked.push_back(control.quota(s, control.cohort(lived.known(request.user), request.time)));
  return asked;
}

double recall(std::span<const ItemId> relevant, std::vector<ItemId> found) {
  if (relevant.empty()) return 0;
  std::sort(found.begin(), found.end());
  const auto end = std::unique(found.begin(), found.end());
  const auto hits = std::count_if(found.begin(), end,
                                  [&](ItemId item) { return std::binary_search(relevant.begin(), relevant.end(), item); });
  return static_cast<double>(hits) / static_cast<double>(relevant.size());
}

std::string plus_minus(const RatioMoments& m, double factor) {
  const Estimate e = ratio_estimate(m);
  if (m.n == 0) return "–";
  return m.n == 1 ? fmt::format("{:.3f}", e.value) : fmt::format("{:.3f} ± {:.3f}", e.value, factor * std::sqrt(e.variance));
}

std::string over_seeds(std::span<const double> by_seed) {
  RatioMoments m;
  for (const double x : by_seed) m.add(x);
  return plus_minus(m, m.n < 2 ? 1 : t_isf(0.025, static_cast<double>(m.n - 1)));
}

}  // namespace feedloop
