#include "sim/item_supply.hpp"

#include <algorithm>
#include <cmath>

#include "base/distributions.hpp"
#include "base/parallel.hpp"

namespace feedloop {
namespace {

Latent noisy(const Latent& centre, double sigma, Rng& rng) {
  Latent v;
  const double scale = sigma / std::sqrt(static_cast<double>(kLatentDims));
  for (std::size_t k = 0; k < kLatentDims; ++k) v[k] = centre[k] + static_cast<float>(scale * normal(rng));
  normalise(v);
  return v;
}

std::vector<SimTime> upload_times(const ItemParams& p, Seed seed, SimTime horizon) {
  std::vector<SimTime> times;
  // The standing catalogue came at the same rate as what follows, so that no cliff of age stands at time 0.
  const double mean_age_days = p.arrivals_per_day > 0 ? std::min(1.0 / p.arrivals_per_day, 3650.0) : 3650.0;
  for (std::int64_t i = 0; i < p.count; ++i) {
    Rng rng = stream(seed, Stream::ItemArrival, entity_key(static_cast<std::uint64_t>(i), 0));
    times.push_back(SimTime{0} - from_seconds(rng.uniform_open() * mean_age_days * 86400.0 + 1));
  }
  for (std::int64_t day = 0; day < floor_div(horizon.us, kDay.us) + 1; ++day) {
    Rng rng = stream(seed, Stream::ItemArrival, entity_key(static_cast<std::uint64_t>(day), 1));
    const std::uint32_t n = poisson(rng, p.arrivals_per_day * static_cast<double>(p.count));
    for (std::uint32_t k = 0; k < n; ++k) {
      // Uploads follow the day: few at night. Triangular between 06:00 and 22:00 UTC.
      const double hour = 6.0 + 8.0 * (rng.uniform() + rng.uniform());
      times.push_back(SimTime{0} + kDay * day + from_seconds(hour * 3600.0));
    }
  }
  std::erase_if(times, [&](SimTime t) { return t >= horizon; });
  std::sort(times.begin(), times.end());
  return times;
}

// A Poisson process for each item, from its upload on; those of the standing catalogue may be viral at time 0.
void add_shocks(ItemSupply& supply, const ItemParams& p, Seed seed, SimTime horizon) {
  supply.hit_at = SimTime{0} + from_seconds((p.hit_day + 0.5) * 86400);
  if (p.hit_day >= 0) supply.hit = draw_for_everybody(supply, stream(seed, Stream::Viral, entity_key(0, 1)));
  for (std::size_t i = 0; i < supply.truth.size(); ++i) {
    ItemTruth& item = supply.truth[i];
    item.first_shock = static_cast<std::uint32_t>(supply.shocks.size());
    if (supply.hit == ItemId{i}) supply.shocks.push_back({supply.hit_at, p.hit_appeal});
    if (p.viral_per_day > 0) {
      Rng rng = stream(seed, Stream::Viral, entity_key(i));
      SimTime t = std::max(item.uploaded, SimTime{0} - from_seconds(p.viral_hours * 3600));
      for (;;) {
        const double days = exponential(rng, 1 / p.viral_per_day);
        if (days > (horizon - t).days()) break;
        t = t + from_seconds(days * 86400);
        supply.shocks.push_back({t, p.viral_appeal});
      }
    }
    item.shocks = static_cast<std::uint32_t>(supply.shocks.size()) - item.first_shock;
  }
}

}  // namespace

bool for_everybody(const ItemFacts& item) {
  return !item.blocked && !item.sponsored && item.min_age == 0 && item.regions == ~0u;
}

std::optional<ItemId> draw_for_everybody(const ItemSupply& supply, Rng rng) {
  for (int tries = 0; tries < 10'000 && supply.initial > 0; ++tries) {
    const ItemId item{uniform_below(rng, static_cast<std::uint32_t>(supply.initial))};
    if (for_everybody(supply.facts[item.index()])) return item;
  }
  return std::nullopt;
}

double ItemSupply::shock(const ItemTruth& item, SimTime now, Duration lasts) const {
  double appeal = 0;
  for (std::uint32_t k = item.first_shock; k < item.first_shock + item.shocks; ++k)
    if (shocks[k].begin <= now && now < shocks[k].begin + lasts) appeal += shocks[k].appeal;
  return appeal;
}

ItemSupply make_items(const ItemParams& p, Seed seed, SimTime horizon, const std::vector<ItemRow>& rows) {
  ItemSupply supply;
  std::vector<double> category_weight(static_cast<std::size_t>(p.categories));
  for (std::size_t c = 0; c < category_weight.size(); ++c) {
    category_weight[c] = std::pow(static_cast<double>(c + 1), -p.category_exponent);
    Rng rng = stream(seed, Stream::Category, entity_key(c));
    supply.centres.push_back(noisy({}, 1.0, rng));
  }

  // Creators with Pareto productivity; an item belongs to one with probability proportional to it.
  const auto creators = static_cast<std::size_t>(std::ceil(static_cast<double>(p.count) / p.items_per_creator));
  std::vector<double> cumulative(creators), creator_quality(creators);
  double total = 0;
  for (std::size_t k = 0; k < creators; ++k) {
    Rng rng = stream(seed, Stream::Creator, entity_key(k));
    cumulative[k] = total += std::min(pareto(rng, 1.0, 1.2), 1e3);
    creator_quality[k] = normal(rng);
  }

  const auto times = upload_times(p, seed, horizon);
  supply.initial = static_cast<std::size_t>(std::lower_bound(times.begin(), times.end(), SimTime{0}) - times.begin());
  supply.truth.resize(times.size());
  supply.facts.resize(times.size());
  parallel_for(times.size(), 1024, [&](std::size_t begin, std::size_t end) {
    for (std::size_t i = begin; i < end; ++i) {
      ItemTruth& item = supply.truth[i];
      Rng rng = stream(seed, Stream::Item, entity_key(i));
      Rng latent = stream(seed, Stream::ItemLatent, entity_key(i));
      item.uploaded = times[i];
      const double u = rng.uniform() * total;
      const auto creator =
          static_cast<std::size_t>(std::min(std::upper_bound(cumulative.begin(), cumulative.end(), u) - cumulative.begin(),
                                            static_cast<std::ptrdiff_t>(creators) - 1));
      item.category = static_cast<int>(categorical(rng, category_weight));
      const double q =
          std::sqrt(p.creator_quality_share) * creator_quality[creator] + std::sqrt(1 - p.creator_quality_share) * normal(rng);
      const double rho = p.clickbait_quality_correlation;
      const double b = rho * q + std::sqrt(1 - rho * rho) * normal(rng);
      item.quality = static_cast<float>(q);
      item.clickbait = static_cast<float>(b);
      double minutes = lognormal(rng, p.duration_median_min, p.duration_sigma) * std::exp(p.duration_clickbait * b);
      Rng tail = stream(seed, Stream::Item, entity_key(i, 1));
      if (bernoulli(tail, p.duration_tail_share)) minutes *= p.duration_tail_factor;
      item.duration_min = static_cast<float>(std::clamp(minutes, 0.05, 600.0));
      if (rows.empty()) {
        item.v = noisy(supply.centres[static_cast<std::size_t>(item.category)], p.spread, latent);
      } else {
        const std::size_t row = i < supply.initial && supply.initial <= rows.size()
                                    ? i
                                    : uniform_below(rng, static_cast<std::uint32_t>(rows.size()));
        item.category = rows[row].category;
        item.appeal = static_cast<float>(rows[row].appeal);
        item.v = rows[row].v;
      }
      ItemFacts& facts = supply.facts[i];
      facts = {ItemId{i},          CategoryId{static_cast<std::uint64_t>(item.category)},
               CreatorId{creator}, item.duration_min * 60.0f,
               item.uploaded,      noisy(item.v, p.content_noise, latent)};
      // Two series a creator.
      if (bernoulli(rng, p.series_share)) facts.series = static_cast<std::uint32_t>(2 * creator) + 1 + uniform_below(rng, 2);
      if (bernoulli(rng, p.region_locked_share)) facts.regions = 1u << uniform_below(rng, kCountries);
      if (bernoulli(rng, p.adult_share)) facts.min_age = 1;
      facts.blocked = bernoulli(rng, p.blocked_share);
      facts.sponsored = bernoulli(rng, p.sponsored_share);
    }
  });
  add_shocks(supply, p, seed, horizon);
  // With measured items the category centres are what the items say they are.
  if (!rows.empty()) {
    for (auto& c : supply.centres) c = {};
    for (const auto& row : rows)
      for (std::size_t k = 0; k < kLatentDims; ++k) supply.centres[static_cast<std::size_t>(row.category)][k] += row.v[k];
    for (auto& c : supply.centres) normalise(c);
  }
  return supply;
}

}  // namespace feedloop
