// Interference in a marketplace: listings compete for the same guests, so a price test that treats some of them counts what
// treated listings lose to untreated ones as an effect of the price (Holtz, Lobel, Lobel, Liskovich & Aral 2020, "Reducing
// interference bias in online marketplace pricing experiments"). The paper's experiments ran on Airbnb; this is the smallest
// market that has its mechanism:
//
//   listings   at uniform places of a unit square, with an appeal ~ N(0, 1) and one vacancy each
//   guests     come one after the other to uniform places, consider the `considered` nearest listings that are still vacant,
//   and
//              book by a multinomial logit: u = appeal - price_effect if treated + Gumbel, against `outside` + Gumbel
//   outcome    the share of listings that are booked in the end
//
// The true effect is that of treating all listings less that of treating none. Designs treat half of the listings: `bernoulli`
// at random; `clusters` by whole clusters, k-means on places (listings that stand in the same lists); `blocked_clusters` one
// at random of each two clusters with the most alike outcomes when nobody is treated. Guests' luck is keyed by guest and
// listing, the same in every world of a replication.
#pragma once

#include <array>
#include <cstdint>
#include <functional>
#include <span>
#include <string_view>
#include <vector>

#include "base/parameters.hpp"
#include "base/random.hpp"

namespace feedloop {

struct MarketplaceParams {
  std::int64_t listings = 1'000, guests = 600, considered = 20, clusters = 40, replications = 100;
  double price_effect = 0.3, outside = 4;
  void describe(Describe& d);
};

constexpr std::array<std::string_view, 3> kMarketDesigns{"bernoulli", "clusters", "blocked_clusters"};

struct Market {
  std::size_t considered = 1;
  std::vector<double> place;   // listings x 2
  std::vector<double> appeal;  // by listing
  std::vector<std::uint32_t> cluster;
  std::size_t listings() const { return appeal.size(); }
};

struct MarketplaceReport {
  std::vector<double> true_effect;                                  // by replication, of a market of its own each
  std::array<std::vector<double>, kMarketDesigns.size()> estimate;  // by design and replication
};

// Throws Error when there are more clusters than listings.
Market market_of(const MarketplaceParams& params, Seed seed, std::uint32_t replication);
// By listing: booked or not. `treated` by listing.
std::vector<std::uint8_t> bookings(const MarketplaceParams& params, const Market& market, std::span<const std::uint8_t> treated,
                                   Seed seed, std::uint32_t replication);
// Who is treated by a design; `booked` when nobody is.
std::vector<std::uint8_t> treated_listings(const Market& market, std::size_t clusters, std::string_view design,
                                           std::span<const std::uint8_t> booked, Seed seed, std::uint32_t replication);
MarketplaceReport run_marketplace(const MarketplaceParams& params, Seed seed);

}  // namespace feedloop
