#include "experiment/published/marketplace.hpp"

#include <algorithm>
#include <cmath>
#include <numeric>

#include <fmt/format.h>

#include "base/distributions.hpp"
#include "base/parallel.hpp"
#include "engine/index/k_means.hpp"
#include "stats/interval.hpp"

namespace feedloop {
namespace {

enum MarketPurpose : std::uint32_t { kListing = 0xFFFF'0020, kGuest, kTreated };

double square(double x) { return x * x; }

}  // namespace

void MarketplaceParams::describe(Describe& d) {
  d.integer("listings", listings, {4, 100'000}, "listings", "Listings, each with one vacancy.");
  d.integer("guests", guests, {1, 1e6}, "guests", "Guests, one after the other.");
  d.integer("considered", considered, {1, 1'000}, "listings", "Nearest vacant listings that a guest chooses from.");
  d.integer("clusters", clusters, {4, 100'000}, "clusters", "Clusters of listings by place.");
  d.integer("replications", replications, {1, 1e6}, "", "Markets with their experiments, a seed.");
  d.number("price_effect", price_effect, {0, 10}, "logit", "What the higher price takes from a treated listing's utility.");
  d.number("outside", outside, {-20, 20}, "logit", "Utility of booking nothing.");
}

Market market_of(const MarketplaceParams& p, Seed seed, std::uint32_t replication) {
  if (p.clusters > p.listings)
    throw Error(
        fmt::format("`published.marketplace.clusters` = {} is more than there are listings, {}", p.clusters, p.listings));
  Market m;
  m.considered = static_cast<std::size_t>(p.considered);
  for (std::uint32_t k = 0; k < static_cast<std::uint32_t>(p.listings); ++k) {
    Rng rng = stream(seed, Stream::Published, {replication, kListing, k});
    m.place.push_back(rng.uniform());
    m.place.push_back(rng.uniform());
    m.appeal.push_back(normal(rng));
  }
  const std::vector<float> rows(m.place.begin(), m.place.end());
  const VectorRows vectors{rows.data(), m.listings(), 2};
  const Centroids centroids(k_means(vectors, static_cast<std::size_t>(p.clusters), 20), 2);
  m.cluster.resize(m.listings());
  centroids.nearest(vectors, 0, m.cluster.data());
  return m;
}

std::vector<std::uint8_t> bookings(const MarketplaceParams& p, const Market& m, std::span<const std::uint8_t> treated,
                                   Seed seed, std::uint32_t replication) {
  std::vector<std::uint8_t> booked(m.listings());
  std::vector<std::pair<double, std::uint32_t>> near;
  const auto gumbel = [](Rng& rng) { return -std::log(-std::log(rng.uniform_open())); };
  for (std::uint32_t g = 0; g < static_cast<std::uint32_t>(p.guests); ++g) {
    Rng rng = stream(seed, Stream::Published, {replication, kGuest, g});
    const double x = rng.uniform(), y = rng.uniform();
    double best = p.outside + gumbel(rng);
    near.clear();
    for (std::size_t k = 0; k < m.listings(); ++k)
      if (!booked[k])
        near.emplace_back(square(m.place[2 * k] - x) + square(m.place[2 * k + 1] - y), static_cast<std::uint32_t>(k));
    const std::size_t n = std::min(m.considered, near.size());
    std::nth_element(near.begin(), near.begin() + static_cast<std::ptrdiff_t>(n), near.end());
    std::size_t choice = m.listings();
    for (std::size_t c = 0; c < n; ++c) {
      const std::size_t k = near[c].second;
      Rng luck = stream(seed, Stream::Published, {replication, static_cast<std::uint32_t>(k) + 1, g});
      const double u = m.appeal[k] - (treated[k] ? p.price_effect : 0) + gumbel(luck);
      if (u > best) best = u, choice = k;
    }
    if (choice < m.listings()) booked[choice] = 1;
  }
  return booked;
}

std::vector<std::uint8_t> treated_listings(const Market& m, std::size_t clusters, std::string_view design,
                                           std::span<const std::uint8_t> booked, Seed seed, std::uint32_t replication) {
  Rng rng = stream(seed, Stream::Published, {replication, kTreated, 0});
  std::vector<std::uint8_t> treated(m.listings());
  std::vector<std::uint32_t> order(design == "bernoulli" ? m.listings() : clusters);
  std::iota(order.begin(), order.end(), 0u);
  shuffle(rng, order);
  if (design == "bernoulli") {
    for (std::size_t k = order.size() / 2; k < order.size(); ++k) treated[order[k]] = 1;
    return treated;
  }
  std::vector<std::uint8_t> of_cluster(clusters);
  if (design == "blocked_clusters") {
    std::vector<double> outcome(clusters), size(clusters);
    for (std::size_t k = 0; k < m.listings(); ++k) outcome[m.cluster[k]] += booked[k], ++size[m.cluster[k]];
    for (std::size_t c = 0; c < clusters; ++c) outcome[c] = size[c] > 0 ? outcome[c] / size[c] : 0;
    std::vector<std::uint32_t> place(clusters);  // in the shuffled order, which tells the two of a pair apart
    for (std::uint32_t k = 0; k < clusters; ++k) place[order[k]] = k;
    std::sort(order.begin(), order.end(), [&](std::uint32_t a, std::uint32_t b) {
      return outcome[a] != outcome[b] ? outcome[a] < outcome[b] : place[a] < place[b];
    });
    for (std::size_t k = 0; k + 1 < clusters; k += 2)
      of_cluster[order[k + (place[order[k]] < place[order[k + 1]] ? 0 : 1)]] = 1;
  } else {
    for (std::size_t k = clusters / 2; k < clusters; ++k) of_cluster[order[k]] = 1;
  }
  for (std::size_t k = 0; k < m.listings(); ++k) treated[k] = of_cluster[m.cluster[k]];
  return treated;
}

MarketplaceReport run_marketplace(const MarketplaceParams& p, Seed seed) {
  const auto n = static_cast<std::size_t>(p.replications);
  MarketplaceReport report;
  report.true_effect.resize(n);
  for (auto& e : report.estimate) e.resize(n);
  const auto clusters = static_cast<std::size_t>(p.clusters);
  parallel_for(n, 1, [&](std::size_t begin, std::size_t end) {
    for (std::size_t k = begin; k < end; ++k) {
      const auto r = static_cast<std::uint32_t>(k);
      const Market market = market_of(p, seed, r);
      const std::size_t listings = market.listings();
      const auto none = bookings(p, market, std::vector<std::uint8_t>(listings, 0), seed, r);
      const auto all = bookings(p, market, std::vector<std::uint8_t>(listings, 1), seed, r);
      const auto booked = [](std::span<const std::uint8_t> b) { return std::accumulate(b.begin(), b.end(), 0.0); };
      report.true_effect[k] = (booked(all) - booked(none)) / static_cast<double>(listings);
      for (std::size_t d = 0; d < kMarketDesigns.size(); ++d) {
        const auto treated = treated_listings(market, clusters, kMarketDesigns[d], none, seed, r);
        const auto outcome = bookings(p, market, treated, seed, r);
        std::array<double, 2> sum{}, count{};
        for (std::size_t i = 0; i < listings; ++i) sum[treated[i]] += outcome[i], ++count[treated[i]];
        report.estimate[d][k] = count[0] > 0 && count[1] > 0 ? sum[1] / count[1] - sum[0] / count[0] : kNaN;
      }
    }
  });
  return report;
}

}  // namespace feedloop
