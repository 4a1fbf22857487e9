#include "experiment/published/homogenisation.hpp"

#include <algorithm>
#include <cmath>

#include <fmt/format.h>

#include "base/parallel.hpp"
#include "stats/diversity.hpp"

namespace feedloop {
namespace {

enum Purpose : std::uint32_t { kUserMean = 10, kItemMean, kUsers, kItems };

std::vector<double> times(double factor, std::vector<double> x) {
  for (double& v : x) v = std::max(factor * v, 1e-12);  // a Dirichlet's parameter is positive
  return x;
}

}  // namespace

void HomogenisationParams::describe(Describe& d) {
  d.integer("users", users, {2, 10'000}, "users", "Users of the small world.");
  d.integer("items", items, {2, 65'535}, "items", "Items, of which `arrivals` are new in each period until all have come.");
  d.integer("arrivals", arrivals, {1, 1'000}, "items", "New items of a period.");
  d.integer("startup", startup, {1, 10'000}, "periods", "Periods before recommendations with repeated training.");
  d.integer("single_startup", single_startup, {1, 10'000}, "periods", "The same with a single training after them.");
  d.integer("attributes", attributes, {2, 1'000}, "", "Attributes of users and items.");
  d.integer("factors", factors, {1, 1'000}, "", "Factors of matrix factorization.");
}

ConsumptionWorld homogenisation_world(const HomogenisationParams& p, Seed seed) {
  for (const auto& [name, startup] : {std::pair("startup", p.startup), std::pair("single_startup", p.single_startup)})
    if (startup >= p.items / p.arrivals)
      throw Error(
          fmt::format("`published.homogenisation.{}` = {} leaves no period with recommendations; {} items of which {} "
                      "are new in each make {} periods",
                      name, startup, p.items, p.arrivals, p.items / p.arrivals));
  ConsumptionWorld w;
  w.users = static_cast<std::size_t>(p.users);
  w.items = static_cast<std::size_t>(p.items);
  w.attributes = static_cast<std::size_t>(p.attributes);
  w.arrivals = static_cast<std::size_t>(p.arrivals);
  w.factors = static_cast<std::size_t>(p.factors);
  w.once = true;
  const auto even = [&](double x) { return std::vector<double>(w.attributes, x); };
  w.preference = dirichlet_rows(seed, kUsers, w.users, times(10, dirichlet_rows(seed, kUserMean, 1, even(1))));
  w.attribute = dirichlet_rows(seed, kItems, w.items, times(0.1, dirichlet_rows(seed, kItemMean, 1, even(100))));
  set_utilities(w);
  return w;
}

std::vector<std::size_t> most_similar_users(const ConsumptionWorld& w) {
  const auto product = [&](std::size_t u, std::size_t v) {
    double sum = 0;
    for (std::size_t a = 0; a < w.attributes; ++a)
      sum += w.preference[u * w.attributes + a] * w.preference[v * w.attributes + a];
    return sum;
  };
  std::vector<std::size_t> likeness;
  for (std::size_t u = 0; u < w.users; ++u) {
    double best = -1;
    likeness.push_back(u == 0 ? 1 : 0);
    for (std::size_t v = 0; v < w.users; ++v)
      if (const double cosine = product(u, v) / std::sqrt(product(v, v)); v != u && cosine > best)
        best = cosine, likeness[u] = v;
  }
  return likeness;
}

Homogenisation homogenisation_of(const ConsumptionWorld& w, std::span<const std::size_t> likeness, std::size_t startup,
                                 std::span<const std::int32_t> chosen) {
  std::vector<std::uint8_t> has(w.users * w.items);
  std::vector<std::int64_t> consumptions(w.items);
  Homogenisation out;
  double recommended = 0;
  for (std::size_t k = 0; k < chosen.size(); ++k) {
    if (chosen[k] == kNothing) continue;
    const auto item = static_cast<std::size_t>(chosen[k]);
    has[k % w.users * w.items + item] = 1;
    ++consumptions[item];
    if (k / w.users < startup) continue;
    out.utility += w.utility_of(k % w.users, item);
    ++recommended;
  }
  out.utility /= recommended;
  out.gini = gini(consumptions);
  for (std::size_t u = 0; u < w.users; ++u) {
    double both = 0, either = 0;
    for (std::size_t i = 0; i < w.items; ++i) {
      const bool a = has[u * w.items + i], b = has[likeness[u] * w.items + i];
      both += a && b, either += a || b;
    }
    if (either > 0) out.jaccard += both / either / static_cast<double>(w.users);
  }
  return out;
}

HomogenisationReport run_homogenisation(const HomogenisationParams& params, Seed seed) {
  const ConsumptionWorld world = homogenisation_world(params, seed);
  const std::vector<std::size_t> likeness = most_similar_users(world);
  HomogenisationReport report;
  parallel_for(report.size() * kTrainings.size(), 1, [&](std::size_t begin, std::size_t end) {
    for (std::size_t k = begin; k < end; ++k) {
      ConsumptionRun run;
      run.recommenders.fill(kHomogenisationRecommenders[k / 2]);
      run.variant.assign(world.users, 0);
      run.retrain = k % 2 == 0;
      run.startup = static_cast<std::size_t>(run.retrain ? params.startup : params.single_startup);
      run.seed = seed;
      report[k / 2][k % 2] = homogenisation_of(world, likeness, run.startup, consume(world, run));
    }
  });
  for (auto& of_recommender : report)
    for (std::size_t t = 0; t < kTrainings.size(); ++t) {
      const Homogenisation& ideal = report.back()[t];
      Homogenisation& one = of_recommender[t];
      one.jaccard_change = one.jaccard - ideal.jaccard;
      one.utility_change = one.utility / ideal.utility - 1;
      one.gini_change = one.gini - ideal.gini;
    }
  return report;
}

}  // namespace feedloop
