#include "experiment/published/symbiosis.hpp"

#include <algorithm>
#include <numeric>

#include <fmt/format.h>

#include "base/distributions.hpp"
#include "base/parallel.hpp"
#include "engine/index/k_means.hpp"
#include "stats/interval.hpp"

namespace feedloop {
namespace {

enum Purpose : std::uint32_t { kPreference = 1, kAttribute, kAssignment, kCorpus, kClusterOrder, kMoved };
constexpr std::uint32_t kPurposes = 0xFFFF'0000;

Rng luck(Seed seed, std::uint32_t replication, Purpose purpose, std::size_t n = 0) {
  return stream(seed, Stream::Published, {replication, kPurposes + purpose, static_cast<std::uint32_t>(n)});
}

std::vector<std::uint32_t> shuffled(std::size_t n, Rng rng) {
  std::vector<std::uint32_t> order(n);
  std::iota(order.begin(), order.end(), 0u);
  shuffle(rng, order);
  return order;
}

std::vector<double> minus(std::span<const double> a, std::span<const double> b) {
  std::vector<double> out(a.size());
  std::transform(a.begin(), a.end(), b.begin(), out.begin(), std::minus<>());
  return out;
}

}  // namespace

void SymbiosisParams::describe(Describe& d) {
  d.integer("users", users, {2, 10'000}, "users", "Users of the small world.");
  d.integer("items", items, {2, 65'535}, "items", "Items, of which `arrivals` are new in each period until all have come.");
  d.integer("arrivals", arrivals, {1, 1'000}, "items", "New items of a period.");
  d.integer("startup", startup, {1, 10'000}, "periods", "Periods without recommendations, which do not count.");
  d.integer("attributes", attributes, {2, 1'000}, "", "Attributes of users and items.");
  d.integer("clusters", clusters, {2, 10'000}, "clusters", "Clusters of users by their preferences.");
  d.integer("replications", replications, {1, 1e6}, "", "Replications on the one world, a seed.");
  d.integer("world_seed", world_seed, {0, static_cast<double>(kMaxSeed)}, "",
            "Seed of preferences and attributes; the scenario's own is that of the replications.");
  d.text("reserve", reserve, {"observed", "utility"},
         "What must be above the user's reserve for a consumption: what was observed of the item, or its utility.");
}

ConsumptionWorld symbiosis_world(const SymbiosisParams& p) {
  if (p.startup >= p.items / p.arrivals)
    throw Error(
        fmt::format("`published.symbiosis.startup` = {} leaves no period with recommendations; {} items of which {} are "
                    "new in each make {} periods",
                    p.startup, p.items, p.arrivals, p.items / p.arrivals));
  if (p.clusters > p.users)
    throw Error(fmt::format("`published.symbiosis.clusters` = {} is more than there are users, {}", p.clusters, p.users));
  ConsumptionWorld w;
  w.users = static_cast<std::size_t>(p.users);
  w.items = static_cast<std::size_t>(p.items);
  w.attributes = static_cast<std::size_t>(p.attributes);
  w.arrivals = static_cast<std::size_t>(p.arrivals);
  const Seed seed{static_cast<std::uint64_t>(p.world_seed)};
  w.preference = dirichlet_rows(seed, kPreference, w.users, std::vector<double>(w.attributes, 1.0));
  w.attribute = dirichlet_rows(seed, kAttribute, w.items, std::vector<double>(w.attributes, 0.01));
  set_utilities(w);
  w.reserve = median_utilities(w);
  w.reserve_of_utility = p.reserve == "utility";
  return w;
}

std::vector<std::uint32_t> preference_clusters(const ConsumptionWorld& world, std::size_t clusters) {
  const std::vector<float> rows(world.preference.begin(), world.preference.end());
  const VectorRows vectors{rows.data(), world.users, world.attributes};
  const Centroids centroids(k_means(vectors, clusters, 50), world.attributes);
  std::vector<std::uint32_t> cluster(world.users);
  centroids.nearest(vectors, 0, cluster.data());
  return cluster;
}

ConsumptionRun symbiosis_run(const ConsumptionWorld& world, const SymbiosisParams& params, std::string_view design,
                             std::span<const std::uint32_t> cluster, Seed seed, std::uint32_t replication) {
  ConsumptionRun run;
  run.startup = static_cast<std::size_t>(params.startup);
  run.seed = seed;
  run.replication = replication;
  run.variant.assign(world.users, 0);
  if (design.starts_with("clusters")) {
    const double moved = design == "clusters_20" ? 0.2 : design == "clusters_50" ? 0.5 : design == "clusters_100" ? 1 : 0;
    std::vector<std::uint32_t> place(cluster.begin(), cluster.end());
    std::vector<std::uint32_t> who = shuffled(world.users, luck(seed, replication, kMoved));
    who.resize(static_cast<std::size_t>(moved * static_cast<double>(world.users) + 0.5));
    const std::vector<std::uint32_t> order = shuffled(who.size(), luck(seed, replication, kMoved, 1));
    for (std::size_t k = 0; k < who.size(); ++k) place[who[k]] = cluster[who[order[k]]];
    const auto clusters = static_cast<std::size_t>(params.clusters);
    const std::vector<std::uint32_t> drawn = shuffled(clusters, luck(seed, replication, kClusterOrder));
    for (std::size_t k = clusters / 2; k < clusters; ++k)
      for (std::size_t u = 0; u < world.users; ++u)
        if (place[u] == drawn[k]) run.variant[u] = 1;
    return run;
  }
  const std::vector<std::uint32_t> order = shuffled(world.users, luck(seed, replication, kAssignment));
  for (std::size_t k = world.users / 2; k < world.users; ++k) run.variant[order[k]] = 1;
  run.own_data = design == "data_diverted" || design == "co_diverted";
  if (design == "co_diverted") {
    run.corpus.assign(world.items, 0);
    for (std::size_t t = 0; t < world.periods(); ++t) {
      const std::vector<std::uint32_t> items = shuffled(world.arrivals, luck(seed, replication, kCorpus, t));
      // With an odd number the halves take turns at the larger one.
      for (std::size_t k = (world.arrivals + t % 2) / 2; k < world.arrivals; ++k) run.corpus[t * world.arrivals + items[k]] = 1;
    }
  }
  return run;
}

std::array<double, 2> take_up(const ConsumptionWorld& world, const ConsumptionRun& run, std::span<const std::int32_t> chosen) {
  std::array<double, 2> taken{}, all{};
  for (std::size_t t = run.startup; t < world.periods(); ++t)
    for (std::size_t u = 0; u < world.users; ++u) {
      const std::int32_t i = chosen[t * world.users + u];
      taken[run.variant[u]] += i != kNothing && static_cast<std::size_t>(i) < t * world.arrivals;
      ++all[run.variant[u]];
    }
  return {all[0] > 0 ? taken[0] / all[0] : kNaN, all[1] > 0 ? taken[1] / all[1] : kNaN};
}

std::vector<double> SymbiosisReport::true_effect(const SymbiosisPair& pair) const {
  return minus(reference[pair.a], reference[pair.b]);
}

std::vector<double> SymbiosisReport::estimate(const SymbiosisPair& pair, std::size_t design) const {
  return minus(pair.take_up[design][0], pair.take_up[design][1]);
}

SymbiosisReport run_symbiosis(const SymbiosisParams& params, Seed seed, const std::function<void(double)>& progress) {
  const ConsumptionWorld world = symbiosis_world(params);
  const std::vector<std::uint32_t> cluster = preference_clusters(world, static_cast<std::size_t>(params.clusters));
  constexpr std::size_t kAlone = kSymbiosisRecommenders.size(), kDesigns = kSymbiosisDesigns.size();
  const auto n = static_cast<std::size_t>(params.replications);
  SymbiosisReport report{params, {}, {}};
  for (auto& r : report.reference) r.resize(n);
  for (std::size_t a = 0; a < kAlone; ++a)
    for (std::size_t b = a + 1; b < kAlone; ++b) {
      report.pairs.push_back({a, b, {}});
      for (auto& of_design : report.pairs.back().take_up)
        for (auto& of_variant : of_design) of_variant.resize(n);
    }

  const std::size_t jobs = kAlone + report.pairs.size() * kDesigns;
  constexpr std::size_t kBatch = 10;  // replications
  for (std::size_t first = 0; first < n; first += kBatch) {
    if (progress) progress(static_cast<double>(first) / static_cast<double>(n));
    parallel_for(std::min(kBatch, n - first) * jobs, 1, [&](std::size_t begin, std::size_t end) {
      for (std::size_t k = begin; k < end; ++k) {
        const std::size_t r = first + k / jobs, job = k % jobs;
        if (job < kAlone) {
          ConsumptionRun run;
          run.recommenders.fill(kSymbiosisRecommenders[job]);
          run.variant.assign(world.users, 0);
          run.startup = static_cast<std::size_t>(params.startup);
          run.seed = seed;
          run.replication = static_cast<std::uint32_t>(r);
          report.reference[job][r] = take_up(world, run, consume(world, run))[0];
          continue;
        }
        SymbiosisPair& pair = report.pairs[(job - kAlone) / kDesigns];
        const std::size_t design = (job - kAlone) % kDesigns;
        ConsumptionRun run =
            symbiosis_run(world, params, kSymbiosisDesigns[design], cluster, seed, static_cast<std::uint32_t>(r));
        run.recommenders = {kSymbiosisRecommenders[pair.a], kSymbiosisRecommenders[pair.b]};
        const std::array<double, 2> taken = take_up(world, run, consume(world, run));
        for (const std::size_t v : {0u, 1u}) pair.take_up[design][v][r] = taken[v];
      }
    });
  }
  return report;
}

}  // namespace feedloop
